-- Part: takes the right to send one request of an account (contract rule 5; decision 2 gives the reasons).
--
-- A request leaves when fewer than `most` others left within the last `window` ms. So a burst up to the limit leaves at once, and the
-- next request when the earliest falls out of the window. Starts and reads leave room in the window for stops: for those known to be
-- due within it, and for `spare` more that a person may send. A read also leaves room for the known starts, and reads take a third
-- of the window at most.
--
-- A request that must wait joins the line of its class, sorted by due time, then by arrival, and gets the earliest moment of its turn.
-- A request that does not come back loses its place: GRACE_MS after that moment it leaves the line. If it asks again later, it goes before
-- those that are due with it.
-- Work per request: the departures of one window, and steps into sorted sets.
--
-- Keys: rate:<account>            hash: pausedUntil, day, count, told (the day whose used-up budget raised its alert)
--       left:<account>            sorted set: <class>:<name> -> when it left (ms); those of the last window count
--       line:<account>:<class>    sorted set: token -> its due moment (ms), and a microsecond for each before it in that millisecond
--       slots:<account>:<class>   sorted set: token -> when it was told to come back (ms)

local GRACE_MS = 300
-- Places for unknown stops; at most a third of a small share.
local SPARE = 2
-- A departure this far ahead means that Redis' clock was set back, ms.
local AHEAD_MS = 1000
-- A request with a longer wait than this does not wait inside a process, and asks again before its turn, ms.
local WOKEN_WITHIN_MS = 3000
-- A request this close to its turn is about to ask, and a notice would only cross it, ms.
local ABOUT_TO_ASK_MS = 5
-- How many places of the line a search for one to wake reads: the share of the largest plan, and some.
local SEARCHED = 100
local RATE_TTL_MS = 172800000
local CLASSES = { 'stop', 'start', 'read' }

local function exact(number) return string.format('%.3f', number) end

-- Rounds up to a whole microsecond, so that `exact` prints this very number.
local function to_microsecond(ms) return math.ceil(ms * 1000 - 0.001) / 1000 end

local function line_of(base, account, class) return base .. 'line:' .. account .. ':' .. class end
local function slots_of(base, account, class) return base .. 'slots:' .. account .. ':' .. class end

-- Wakes the line from `rank` on: the first request that was told to come after `after` (ms), and then the first that was told to come
-- after `later`. Requests join at different times, so one may have an earlier moment than another before it, and only one of the two
-- may gain. A request whose moment is its due time gains nothing.
local function wake_in_line(base, account, class, rank, after, now, later)
  local from = math.max(now + ABOUT_TO_ASK_MS, after)
  local again = later or from
  local line = redis.call('ZRANGE', line_of(base, account, class), rank, rank + SEARCHED, 'WITHSCORES')
  for i = 1, #line, 2 do
    local told = tonumber(redis.call('ZSCORE', slots_of(base, account, class), line[i]) or 0)
    if told > from and told <= now + WOKEN_WITHIN_MS and told > tonumber(line[i + 1]) + 0.001 then
      redis.call('PUBLISH', base .. 'changed', string.match(line[i], ':(.*)$') or line[i])
      if told > again or again <= from then break end
      from = again
    end
  end
end

-- A place is free: wakes the line of its class from `rank` on, and the lines of the classes that go after it.
local function wake_next(base, account, class, rank, after, now, later)
  local passed = false
  for _, each in ipairs(CLASSES) do
    if each == class then
      passed = true
      wake_in_line(base, account, each, rank, after, now, later)
    elseif passed then
      wake_in_line(base, account, each, 0, now, now)
    end
  end
end

-- Leaves the line, because its plan is gone or it waits for something else. Its place goes to the next one.
local function leave_line(base, account, class, token, now)
  local line, slots = line_of(base, account, class), slots_of(base, account, class)
  local told, rank = tonumber(redis.call('ZSCORE', slots, token) or false), redis.call('ZRANK', line, token)
  redis.call('ZREM', line, token)
  redis.call('ZREM', slots, token)
  if told and rank then wake_next(base, account, class, rank, now, now, told) end
end

-- Removes requests that did not come back: their worker is gone, or they wait for something else.
local function drop_absent(base, account, now)
  for _, class in ipairs(CLASSES) do
    local slots = slots_of(base, account, class)
    local absent = redis.call('ZRANGEBYSCORE', slots, '-inf', '(' .. exact(now - GRACE_MS), 'LIMIT', 0, 100)
    if #absent > 0 then
      redis.call('ZREM', slots, unpack(absent))
      redis.call('ZREM', line_of(base, account, class), unpack(absent))
    end
  end
end

-- Departures within the window, the earliest first: { { at, class } }. A clock that was set back must not keep the window full.
local function departures(base, rule, now)
  local left = base .. 'left:' .. rule.account
  local list = {}
  local found = redis.call('ZRANGEBYSCORE', left, '(' .. exact(now - rule.span), '+inf', 'WITHSCORES')
  for i = 1, #found, 2 do
    local at = tonumber(found[i + 1])
    if at > now + AHEAD_MS then
      at = now
      redis.call('ZADD', left, exact(now), found[i])
    end
    table.insert(list, { at, string.match(found[i], '^%a+') })
  end
  table.sort(list, function(a, b) return a[1] < b[1] end)
  return list
end

local function spare_of(rule) return math.min(SPARE, math.floor(rule.most / 3)) end

-- How many of a class may leave within a window without any other class.
local function capacity(rule)
  if rule.class == 'stop' then return rule.most end
  if rule.class == 'start' then return rule.most - spare_of(rule) end
  return math.max(1, math.floor(rule.most / 3))
end

-- Whether one more may leave at a moment: `count` has the departures within the window by class, `known` the requests known to be due
-- within it. A start that is a window late may take a spare place while a known stop takes one: a rush loses no place to a lone stop.
local function fits(rule, count, known, ahead, late)
  local others = count.start + count.read + ahead
  if rule.class == 'stop' then return others + count.stop < rule.most end
  local spare = spare_of(rule)
  local kept = count.stop + known.stop + (late and math.max(0, spare - 1) or spare)
  local room = rule.most - others - math.max(spare, kept)
  if rule.class == 'start' then return room > 0 end
  return room > known.start and count.read + ahead < capacity(rule)
end

-- The first moment from `from` on at which `rule` may leave when `ahead` others of its class leave before it, ms. Now, only if that is
-- certain; later, as if no stop were due: a canceled stop must leave no request asleep.
local function free_at(rule, left, known, ahead, due, from, now)
  local span, cap = rule.span, capacity(rule)
  local windows = math.floor(ahead / cap) * span
  ahead = ahead % cap
  local count = { stop = 0, start = 0, read = 0 }
  for _, one in ipairs(left) do count[one[2]] = count[one[2]] + 1 end
  local overdue = due + span
  local waits = windows > 0 or math.max(from, due) > now
  if not waits and fits(rule, count, known, ahead, now >= overdue) then return now end
  local hoped = { stop = 0, start = known.start }
  for i = 0, #left do
    if i > 0 then count[left[i][2]] = count[left[i][2]] - 1 end
    local at = i > 0 and math.max(from, left[i][1] + span) or from
    if (i > 0 or waits) and fits(rule, count, hoped, ahead, at + windows >= overdue) then return at + windows end
    local next_at = left[i + 1] and left[i + 1][1] + span or math.huge
    if overdue > at and overdue < next_at and fits(rule, count, hoped, ahead, true) then return overdue + windows end
  end
  return from + span + windows
end

-- From the due time of those ahead on, each window lets out at most the capacity: a request with a later due time cannot leave before
-- this, ms.
local function after_those_ahead(base, rule, rank)
  local cap = capacity(rule)
  if rank < cap then return 0 end
  local ahead = redis.call('ZRANGE', line_of(base, rule.account, rule.class), rank % cap, rank % cap, 'WITHSCORES')
  return tonumber(ahead[2]) + math.floor(rank / cap) * rule.span
end

-- The rule with its window: at least one request in `span` ms.
local function with_window(rule)
  local most = math.max(1, rule.most)
  return setmetatable({ most = most, span = to_microsecond(rule.interval * most) }, { __index = rule })
end

-- Joins the line by `due`; false: from now on. Who is there keeps its place. The first 1,000 that are due in one millisecond stand in the
-- order in which they came, a microsecond apart. In the order of their tokens, each newcomer would push back others that were told their
-- turn: of 300 starts at one moment, 87 came for 25 places. Who comes later than GRACE_MS may have been dropped, and goes to the front of
-- its millisecond. Returns the due time, ms.
local function join_line(line, token, due, now)
  local place = tonumber(redis.call('ZSCORE', line, token) or false)
  if place and (not due or (place > due - 0.001 and place < due + 1)) then return due or place end
  place = due or now
  if due and now < due + GRACE_MS then
    local last = redis.call('ZREVRANGEBYSCORE', line, '(' .. exact(due + 1), exact(due), 'WITHSCORES', 'LIMIT', 0, 1)
    if last[2] then place = math.min(tonumber(last[2]) + 0.001, due + 0.999) end
  end
  redis.call('ZADD', line, exact(place), token)
  return due or place
end

-- `rule`: with its window. Joins the line by `due` (false: from now on, or at its old place), and returns when to come back, `from` or
-- later, ms.
local function stand_in_line(base, rule, due, from, now)
  local line, slots = line_of(base, rule.account, rule.class), slots_of(base, rule.account, rule.class)
  drop_absent(base, rule.account, now)
  due = join_line(line, rule.token, due, now)
  local rank = redis.call('ZRANK', line, rule.token)
  local until_end = exact(now + rule.span)
  local known = {
    stop = redis.call('ZCOUNT', line_of(base, rule.account, 'stop'), '-inf', until_end),
    start = redis.call('ZCOUNT', line_of(base, rule.account, 'start'), '-inf', until_end),
  }
  local slot = free_at(rule, departures(base, rule, now), known, rank, due, math.max(from, now), now)
  slot = to_microsecond(math.max(slot, due, after_those_ahead(base, rule, rank)))
  local told = tonumber(redis.call('ZSCORE', slots, rule.token) or false)
  redis.call('ZADD', slots, exact(slot), rule.token)
  redis.call('PEXPIRE', line, RATE_TTL_MS)
  redis.call('PEXPIRE', slots, RATE_TTL_MS)
  -- It leaves sooner than planned, and perhaps others can, too; or it moved up, and a place behind it is free.
  if told and slot < told - 1 then
    wake_next(base, rule.account, rule.class, rank + 1, math.max(slot, now), now, told)
  elseif told and told > now + ABOUT_TO_ASK_MS and told <= now + rule.span then
    -- It was woken for a place that it may not take: perhaps the next one may. A free place now is no help to those a window later.
    wake_in_line(base, rule.account, rule.class, rank + 1, now, now)
  end
  return slot
end

-- Whether today's used-up budget has raised its alert.
local function day_is_told(base, account, now)
  return tonumber(redis.call('HGET', base .. 'rate:' .. account, 'told') or -1) == math.floor(now / 86400000)
end

-- rule: { account, class ('start' | 'stop' | 'read'), interval (ms), most (that many in `interval * most` ms), token, notBefore? (its
-- due moment, ms), fence? (names this departure), daily (0: none), dayShare? (at most this part of the day's budget is spent) }
-- take_slot(base, rule, now) -> nil when it may go now, else the ms to come back at, and why: 'slot' | 'pause' | 'day'
local function take_slot(base, asked, now)
  local rule = with_window(asked)
  local rate = base .. 'rate:' .. rule.account
  local known = redis.call('HMGET', rate, 'pausedUntil', 'day', 'count')
  local paused = tonumber(known[1]) or 0
  local day = math.floor(now / 86400000)
  local count = tonumber(known[2]) == day and tonumber(known[3]) or 0
  if rule.dayShare and rule.daily > 0 and count >= math.floor(rule.daily * rule.dayShare) then
    -- It does not wait in line for the next day: others of its class may go today, and would wait behind it.
    leave_line(base, rule.account, rule.class, rule.token, now)
    return (day + 1) * 86400000, 'day'
  end
  -- Keeps a tenth of the day's budget for stops: a stream left on air does harm.
  local budget = rule.class == 'stop' and rule.daily or rule.daily * 0.9
  local spent = rule.daily > 0 and count >= math.floor(budget)

  local from = math.max(now, paused)
  if spent then from = math.max(from, (day + 1) * 86400000) end
  local slot = stand_in_line(base, rule, rule.notBefore, from, now)
  if spent then return slot, 'day' end
  if paused > now then return slot, 'pause' end
  if slot > now then return slot, 'slot' end

  redis.call('ZREM', line_of(base, rule.account, rule.class), rule.token)
  redis.call('ZREM', slots_of(base, rule.account, rule.class), rule.token)
  local left = base .. 'left:' .. rule.account
  redis.call('ZADD', left, exact(now), rule.class .. ':' .. (rule.fence or (rule.token .. ':' .. exact(now))))
  redis.call('ZREMRANGEBYSCORE', left, '-inf', exact(now - 2 * rule.span))
  redis.call('PEXPIRE', left, RATE_TTL_MS)
  redis.call('HSET', rate, 'day', day, 'count', count + 1)
  redis.call('PEXPIRE', rate, RATE_TTL_MS)
  return nil
end

-- departure: { account, class, fence, at: when the request really left (ms), or false: it never did }. A request that left later than its
-- claim counts from its departure; one that never left gives its place back.
local function note_departure(base, departure, now)
  local left = base .. 'left:' .. departure.account
  local member = departure.class .. ':' .. departure.fence
  local claimed = tonumber(redis.call('ZSCORE', left, member) or false)
  if not claimed then return end
  if departure.at then
    local at = math.min(departure.at, now)
    if at > claimed then redis.call('ZADD', left, exact(at), member) end
    return
  end
  redis.call('ZREM', left, member)
  -- Any class may take the place, even that of a read.
  wake_next(base, departure.account, CLASSES[1], 0, now, now)
end
