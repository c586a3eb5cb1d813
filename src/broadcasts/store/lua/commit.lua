-- The only writer of broadcasts. Writes one or many changes in one step, or nothing.
--
-- KEYS[1]  base of all keys of the shard; every key touched here carries its hash tag
-- ARGV     commits, each on its own, in this order: those of one moment share one call (commit-batch.ts). Each is
--          JSON: { now?, check? (write nothing), notAfter? (ms), unpaused? (only if there are no pauses), changes: [{ id, expected, version, data, account, meetingId, worker, history: [text],
--                    interval: [startAt, endAt, status] | false, overlap: bool, index: [[key, score | false]],
--                    deadline: ms | false, due: ms | false, held: ms | false, leaving: ms | false, stop: ms | false, preflight: ms | false, headsUp: ms | false, finalAt: ms | false }],
--                  events: [text], alerts: [alert], resolved: [cause], counts: [field], meeting?: { key, seq?, gateUntil?, stream?, running?, existsAt? }, pause?: { account, until }, dailyAlertFor?: account,
--                  reach?: { account, class, meeting, up },
--                  departure?: { account, class, fence, at (ms) | false }
--                  claim?: { account, meeting, gate, starts (a pause holds it back), seq, class, interval, most, notBefore, notAfter, worker?, token, fence?, firstFrom? (ms), daily, jitter },
--                  idempotency?: { key, bodyHash, ttlMs, answer, part? }, audit: [text] }
--
-- Guarantees: a change is written only over the version it was decided on; a claim only while its meeting's start gate is
-- open, nothing new is known of the meeting, its due moment has come and its account's rate limit allows it.
--
-- `dailyAlertFor` raises the one alert that an account's daily limit is used up: a conflict if it was raised today; then `told` is '1'.
--
-- `alerts` and `resolved`: see the part alert_records.
--
-- Answers  for each commit: {'ok', now} | {'conflict', id} | {'overlap', id, otherId} | {'wait', until, why, now, told} | {'late'}
--          | {'pauses', pause, …} (`unpaused`, and there are some) | {'replay', bodyHash, answer} | an error
-- @include idempotency
-- @include streams
-- @include time_now
-- @include take_slot
-- @include meeting_plan
-- @include alert_records
-- @include circuit
-- @include pauses

local base = KEYS[1]

local function meeting_key(change) return change.account .. ':' .. change.meetingId end

-- Sets the score of an entry, or removes it.
local function put(set, score, id)
  if score then redis.call('ZADD', base .. set, score, id) else redis.call('ZREM', base .. set, id) end
end

-- Runs the checks; writes nothing but places in line. Returns the reason for a refusal, or nil.
local function refusal(payload, now)
  if payload.notAfter and now > payload.notAfter then return { 'late' } end

  local before = answered_before(base, payload.idempotency)
  if before then return before end

  -- The event of a new broadcast says what holds it back. Reading the pauses first would cost each create another round trip.
  local pauses = payload.unpaused and redis.call('HVALS', base .. 'pauses') or {}
  if #pauses > 0 then
    table.insert(pauses, 1, 'pauses')
    return pauses
  end

  for _, change in ipairs(payload.changes) do
    local version = tonumber(redis.call('HGET', base .. 'b:' .. change.id, 'v') or 0)
    if version ~= change.expected then return { 'conflict', change.id } end
  end

  local overlap = first_overlap(base, payload.changes, meeting_key)
  if overlap then return { 'overlap', overlap.id, overlap.other } end

  local meeting = payload.meeting
  if meeting and meeting.seq and tonumber(redis.call('HGET', base .. 'mt:' .. meeting.key, 'seq') or 0) ~= meeting.seq then
    return { 'conflict', meeting.key }
  end

  local alert_account = payload.dailyAlertFor
  if alert_account and day_is_told(base, alert_account, now) then return { 'conflict', payload.changes[1].id } end

  local claim = payload.claim
  if claim then
    local known = redis.call('HMGET', base .. 'mt:' .. claim.meeting, 'gateUntil', 'seq')
    if tonumber(known[2] or 0) ~= claim.seq then return { 'conflict', payload.changes[1].id } end
    if claim.firstFrom and redis.call('ZCOUNT', base .. 'ms:' .. claim.meeting, '-inf', string.format('(%.0f', claim.firstFrom)) > 0 then
      return { 'conflict', payload.changes[1].id }
    end
    -- Too late: its worker has given up, and nothing would ever settle this claim.
    if now > claim.notAfter then return { 'conflict', payload.changes[1].id } end
    -- Without a lease, others would treat it as the claim of a dead worker; a worker that was stalled sends a heartbeat at once.
    if claim.worker and redis.call('EXISTS', base .. 'worker:' .. claim.worker) == 0 then
      return { 'wait', tostring(now + 100), 'lease', tostring(now), '0' }
    end
    if now < claim.notBefore then return { 'wait', tostring(claim.notBefore), 'due', tostring(now) } end
    -- The record still has the version that was read, so these are its scopes.
    if claim.starts and #pauses_over(base, payload.changes[1].data, now) > 0 then return { 'wait', exact(now), 'paused', exact(now), '0' } end
    if claim.gate and tonumber(known[1] or 0) > now then return { 'wait', known[1], 'gate', tostring(now) } end
    local held = held_by_circuit(base, claim, now)
    if held then return { 'wait', exact(held), 'circuit', exact(now), '0' } end
    local come, why = take_slot(base, claim, now)
    if come then
      return { 'wait', exact(come), why, exact(now), day_is_told(base, claim.account, now) and '1' or '0' }
    end
    note_probe(base, claim, now)
  end
  return nil
end

local function write_change(change, now)
  local id = change.id
  redis.call('HSET', base .. 'b:' .. id, 'v', change.version, 'd', change.data, 'a', change.account, 'm', change.meetingId, 'w', change.worker)
  -- Most broadcasts have one line for long: storing it beside the record takes half the memory of its own list.
  if change.expected == 0 and #change.history > 0 then
    redis.call('HSET', base .. 'b:' .. id, 'h', table.remove(change.history, 1))
  end
  if #change.history > 0 then
    redis.call('RPUSH', base .. 'h:' .. id, unpack(change.history))
    -- A poll every 30 s for a day is 2,880 lines: enough for any normal broadcast, and a limit for a runaway one. With the first: 3,000.
    redis.call('LTRIM', base .. 'h:' .. id, -2999, -1)
  end
  if change.formerMeeting then plan_remove(base, change.formerMeeting, id) end
  if change.interval then
    plan_put(base, meeting_key(change), id, change.interval)
    redis.call('SADD', base .. 'pending', id)
  else
    plan_remove(base, meeting_key(change), id)
    redis.call('SREM', base .. 'pending', id)
  end
  for _, entry in ipairs(change.index) do
    put('ix:' .. entry[1], entry[2], id)
  end
  put('deadlines', change.deadline, id)
  local due = change.due
  -- Its pause may have ended since the read: it is then due now, and any worker finds it.
  if change.held and #pauses_over(base, change.data, now) == 0 then due = string.format('%.0f', now) end
  put('due', due, id)
  put('held', change.held, id)
  put('leaving', change.leaving, id)
  put('stops', change.stop, id)
  put('preflights', change.preflight, id)
  put('headsups', change.headsUp, id)
  put('finals', change.finalAt, id)
  if change.release then
    -- Release the places booked for the old plan.
    for _, request in ipairs({ 'start', 'configure', 'mode', 'look' }) do
      leave_line(base, change.account, 'start', request .. ':' .. id, now)
    end
    leave_line(base, change.account, 'stop', 'stop:' .. id, now)
    leave_line(base, change.account, 'read', 'look:' .. id, now)
  end
end

local function write_meeting(meeting)
  local key = base .. 'mt:' .. meeting.key
  if meeting.gateUntil and meeting.gateUntil > tonumber(redis.call('HGET', key, 'gateUntil') or 0) then
    redis.call('HSET', key, 'gateUntil', string.format('%.0f', meeting.gateUntil))
  end
  if meeting.stream then
    redis.call('HSET', key, 'stream', meeting.stream.is, 'streamAt', string.format('%.0f', meeting.stream.at), 'streamSource', meeting.stream.source)
    if meeting.stream.is == 'off' and meeting.stream.source == 'answer' then
      redis.call('HSET', key, 'stoppedAt', string.format('%.0f', meeting.stream.at))
    end
  end
  if meeting.running then
    redis.call('HSET', key, 'running', meeting.running.is, 'runningAt', string.format('%.0f', meeting.running.at))
    if meeting.running.uuid and meeting.running.uuid ~= cjson.null then redis.call('HSET', key, 'uuid', meeting.running.uuid) end
  end
  if meeting.existsAt and meeting.existsAt > tonumber(redis.call('HGET', key, 'existsAt') or 0) then
    redis.call('HSET', key, 'existsAt', string.format('%.0f', meeting.existsAt))
  end
  if meeting.stream or meeting.running then redis.call('HINCRBY', key, 'seq', 1) end
  -- A meeting without news for 40 days has also expired in Zoom (30 days after its last use).
  redis.call('PEXPIRE', key, 3456000000)
end

-- Writes alerts, events, counters and audit entries.
local function report(payload, now)
  -- Resolve first: a new plan may raise the same alert again in this step.
  for _, cause in ipairs(payload.resolved) do resolve_cause(base, cause, now) end
  local known = {}
  for _, alert in ipairs(payload.alerts) do
    if not raise_alert(base, alert) then table.insert(known, '"alertId":"' .. alert.id .. '"') end
  end

  -- A cause with an open alert raises no other: every broadcast of an account hits its used-up daily limit.
  local function is_known(event)
    for _, id in ipairs(known) do
      if string.find(event, id, 1, true) then return true end
    end
    return false
  end

  for _, event in ipairs(payload.events) do
    local alert = string.match(event, '^{"type":"alert%.([%w_]+)"')
    if not (alert and is_known(event)) then
      write_event(base, event)
      if alert then redis.call('HINCRBY', base .. 'counts', 'alert:' .. alert, 1) end
    end
  end

  for _, field in ipairs(payload.counts) do redis.call('HINCRBY', base .. 'counts', field, 1) end

  for _, entry in ipairs(payload.audit) do
    write_audit(base, entry)
  end
end

local function write(payload, now)
  for _, change in ipairs(payload.changes) do write_change(change, now) end
  if payload.meeting then write_meeting(payload.meeting) end
  if payload.pause then
    local key = base .. 'rate:' .. payload.pause.account
    if payload.pause['until'] > tonumber(redis.call('HGET', key, 'pausedUntil') or 0) then
      redis.call('HSET', key, 'pausedUntil', string.format('%.0f', payload.pause['until']))
      redis.call('PEXPIRE', key, 172800000)
    end
  end

  if payload.departure then note_departure(base, payload.departure, now) end

  if payload.reach then note_reach(base, payload.reach, now) end

  if payload.dailyAlertFor then
    redis.call('HSET', base .. 'rate:' .. payload.dailyAlertFor, 'told', math.floor(now / 86400000))
  end

  keep_answer(base, payload.idempotency)
  report(payload, now)
end

local function commit(text)
  local payload = cjson.decode(text)
  local now = time_now(payload.now)
  local refused = refusal(payload, now)
  if refused then return refused end
  if not payload.check then write(payload, now) end
  return { 'ok', tostring(now) }
end

if #ARGV == 1 then return { commit(ARGV[1]) } end

-- A failure stops no other commit. If the server takes no writes, none was written; the client must see that error, and reconnects.
local answers = {}
for i, text in ipairs(ARGV) do
  local done, answer = pcall(commit, text)
  if not done then
    local message = type(answer) == 'table' and answer.err or tostring(answer)
    -- An error of a Redis command has a code, an error of the script has none.
    answer = { err = string.find(message, '^%u+ ') and message or 'ERR ' .. message }
    if string.find(message, 'READONLY', 1, true) then return answer end
  end
  answers[i] = answer
end
return answers
