-- Part: takes the right to send one request of an account, by reservation (GCRA per class; contract rule 5).
--
-- Three things hold. A request books a slot on the calendar of its class, `interval` ms from its neighbours, and keeps it
-- under its token: also ahead of its time, so that a rush is told apart before it is due. No request leaves while `most`
-- others have left within `interval * most` ms, whatever their slots were: that keeps any sliding second under the share. And
-- starts and reads leave only while all requests together are on pace, one each `interval` ms: a start gives way to each stop
-- that left, or stops and starts side by side would use up the second in half of it, and the next stop would wait for the
-- other half. A place that becomes free goes to stops first, then to starts, then to reads, and within a class to the earlier
-- slot; a slot whose moment has passed is used at the next free place, so none is lost.
--
-- Keys: rate:<account>                  hash: pausedUntil, day, count, told (the day whose used-up budget raised its alert), paced
--                                       (what has left is on pace up to here, ms) and per class last, from, next (the last
--                                       dense block)
--       slots:<account>:<class>         sorted set: token -> slot (ms) of what has not left yet
--       sent:<account>                  list: when the last `most` requests left (ms)

-- A reservation this long overdue no longer holds a place against others: its worker is gone or its plan has changed, ms.
local OVERDUE_MS = 3000
local KEPT_MS = 60000
-- A pace that fell back this far is caught up; what fell back further is lost. It covers late timers and short stalls; a stop
-- beside a rush may have to wait this long and two slots, ms.
local CATCH_UP_MS = 120
local RATE_TTL_MS = 172800000

local function exact(number) return string.format('%.3f', number) end

-- The next whole microsecond, so that `exact` names this very number.
local function to_microsecond(ms) return math.ceil(ms * 1000 - 0.001) / 1000 end

-- The slot of `token`, booked now at `earliest` or the first free moment after it, if it has none. Ms.
local function book_slot(base, rule, earliest, now)
  local calendar = base .. 'slots:' .. rule.account .. ':' .. rule.class
  local known = tonumber(redis.call('ZSCORE', calendar, rule.token) or false)
  if known then return known end

  local rate = base .. 'rate:' .. rule.account
  local interval = rule.interval * rule.spread
  local block = redis.call('HMGET', rate, 'last:' .. rule.class, 'from:' .. rule.class, 'next:' .. rule.class)
  local last, from, next = tonumber(block[1]), tonumber(block[2]), tonumber(block[3])
  local slot = math.max(earliest, now)
  -- A clock that went back must not leave `last` in the future.
  if last and last <= now then slot = math.max(slot, last + interval) end
  -- Between `from` and `next` nothing is free: a rush of thousands is not searched through.
  if from and slot > from - interval and slot < next then slot = next end
  local page
  repeat
    page = redis.call('ZRANGEBYSCORE', calendar, '(' .. exact(slot - interval + 0.01), '+inf', 'WITHSCORES', 'LIMIT', 0, 200)
    local free = false
    for i = 2, #page, 2 do
      local taken = tonumber(page[i])
      if taken >= slot + interval then
        free = true
        break
      end
      slot = math.max(slot, taken + interval)
    end
  until free or #page < 400
  slot = to_microsecond(slot)

  if not (next and slot >= from and slot < next + interval) then redis.call('HSET', rate, 'from:' .. rule.class, slot) end
  redis.call('HSET', rate, 'next:' .. rule.class, slot + interval)
  redis.call('PEXPIRE', rate, RATE_TTL_MS)
  redis.call('ZREMRANGEBYSCORE', calendar, '-inf', exact(now - KEPT_MS))
  redis.call('ZADD', calendar, slot, rule.token)
  redis.call('PEXPIRE', calendar, RATE_TTL_MS)
  return slot
end

-- How many others a free place goes to first.
local function count_ahead(base, rule, slot, now)
  local ahead = 0
  local since = exact(now - OVERDUE_MS)
  for _, class in ipairs({ 'stop', 'start', 'read' }) do
    local own = class == rule.class
    local before = own and '(' .. exact(slot) or exact(now)
    ahead = ahead + redis.call('ZCOUNT', base .. 'slots:' .. rule.account .. ':' .. class, since, before)
    if own then break end
  end
  return ahead
end

-- Up to when what has left is on pace, ms. A clock that went back must not leave it far in the future.
local function paced_until(base, rule, now)
  local paced = tonumber(redis.call('HGET', base .. 'rate:' .. rule.account, 'paced') or false)
  if not paced or paced > now + rule.interval * rule.most then return now - CATCH_UP_MS end
  return math.max(paced, now - CATCH_UP_MS)
end

-- When the place for this one becomes free (ms): as many must have left long enough ago as go first, and one more; and for
-- starts and reads the pace must have room for them.
local function free_at(base, rule, slot, now)
  if rule.most <= 0 then return now end
  local ahead = count_ahead(base, rule, slot, now)
  local free = now
  local left = tonumber(redis.call('LINDEX', base .. 'sent:' .. rule.account, -math.max(1, rule.most - ahead)) or false)
  if left then free = to_microsecond(math.min(left, now) + rule.interval * rule.most) end
  if rule.class == 'stop' then return free end
  return math.max(free, to_microsecond(paced_until(base, rule, now) + ahead * rule.interval))
end

-- Whether the alert of today's used-up budget has gone out.
local function day_is_told(base, account, now)
  return tonumber(redis.call('HGET', base .. 'rate:' .. account, 'told') or -1) == math.floor(now / 86400000)
end

-- rule: { account, class ('start' | 'stop' | 'read'), interval (ms), spread (slots of the class lie this
-- many intervals apart), most (0: spacing only), token, daily (0: none) }
-- take_slot(base, rule, now) -> nil when it may go now, else the ms to come back at, and why: 'slot' | 'pause' | 'day'
local function take_slot(base, rule, now)
  local rate = base .. 'rate:' .. rule.account
  local known = redis.call('HMGET', rate, 'pausedUntil', 'day', 'count')
  local paused = tonumber(known[1]) or 0
  local day = math.floor(now / 86400000)
  local count = tonumber(known[2]) == day and tonumber(known[3]) or 0
  -- A tenth of the day's budget is kept for stops: a stream left on air does harm.
  local budget = rule.class == 'stop' and rule.daily or rule.daily * 0.9
  local spent = rule.daily > 0 and count >= math.floor(budget)

  local earliest = now
  if paused > now then earliest = paused end
  if spent then earliest = math.max(earliest, (day + 1) * 86400000) end
  local slot = book_slot(base, rule, earliest, now)
  if spent then return math.max(earliest, slot), 'day' end
  if paused > now then return math.max(earliest, slot), 'pause' end
  if slot > now then return slot, 'slot' end
  local free = free_at(base, rule, slot, now)
  if free > now then return free, 'slot' end

  local sent = base .. 'sent:' .. rule.account
  redis.call('RPUSH', sent, now)
  redis.call('LTRIM', sent, -math.max(1, rule.most), -1)
  redis.call('PEXPIRE', sent, RATE_TTL_MS)
  redis.call('ZREM', base .. 'slots:' .. rule.account .. ':' .. rule.class, rule.token)
  local paced = exact(paced_until(base, rule, now) + rule.interval)
  redis.call('HSET', rate, 'last:' .. rule.class, now, 'day', day, 'count', count + 1, 'paced', paced)
  redis.call('PEXPIRE', rate, RATE_TTL_MS)
  return nil
end
