-- Part: the plan of a meeting, sorted by time, so that nothing needs to read more of it than it can affect.
--
-- Keys: mi:<account>:<meeting>  hash: id -> from:to:status:stops|open, of every unfinished broadcast of the meeting
--       ms:<account>:<meeting>  sorted set: the same ids by start (ms); made when it is needed, since most meetings have one broadcast

-- Maximum started broadcasts that `load` reads, the latest ones. More than a few stay unfinished only when nothing ends them.
local MAX_BEGUN = 32
-- Neighbours on each side: one may belong to a record that no longer exists.
local MAX_BESIDE = 2

-- Builds the sorted set when its size differs from that of the hash: for a lone broadcast only the hash is written.
-- A damaged entry sorts first.
local function ensure_plan(base, meeting, always)
  local hash, sorted = base .. 'mi:' .. meeting, base .. 'ms:' .. meeting
  local sorted_count = redis.call('ZCARD', sorted)
  if not always and redis.call('HLEN', hash) == sorted_count then return sorted end
  -- Redis checks its memory at a script's first write, unless that is a DEL.
  if sorted_count > 0 then redis.call('DEL', sorted) end
  local stored = redis.call('HGETALL', hash)
  for i = 1, #stored, 2 do
    redis.call('ZADD', sorted, string.match(stored[i + 1], '^(%d+):%d+:') or '0', stored[i])
  end
  return sorted
end

local function plan_put(base, meeting, id, interval)
  local hash, sorted = base .. 'mi:' .. meeting, base .. 'ms:' .. meeting
  redis.call('HSET', hash, id, string.format('%.0f:%.0f:%s', interval[1], interval[2], interval[3]))
  if redis.call('HLEN', hash) == 1 and redis.call('EXISTS', sorted) == 0 then return end
  redis.call('ZADD', sorted, string.format('%.0f', interval[1]), id)
  ensure_plan(base, meeting)
end

local function plan_remove(base, meeting, id)
  redis.call('HDEL', base .. 'mi:' .. meeting, id)
  redis.call('ZREM', base .. 'ms:' .. meeting, id)
end

-- The broadcasts that may affect one of them: started ones, and its neighbours. A flat list of id and text.
local function plan_around(base, meeting, id, now)
  local hash = base .. 'mi:' .. meeting
  -- A lone broadcast needs no order. So reading it writes nothing, and works on a Redis that refuses writes.
  if redis.call('HLEN', hash) <= 1 then return redis.call('HGETALL', hash) end
  local sorted = ensure_plan(base, meeting)
  local start = redis.call('ZSCORE', sorted, id) or string.format('%.0f', now)
  local begun = string.format('%.0f', math.min(tonumber(start), now))
  local ids, seen = {}, {}
  local function add(found)
    for _, other in ipairs(found) do
      if not seen[other] then
        seen[other] = true
        ids[#ids + 1] = other
      end
    end
  end
  add(redis.call('ZREVRANGEBYSCORE', sorted, begun, '-inf', 'LIMIT', 0, MAX_BEGUN))
  add(redis.call('ZREVRANGEBYSCORE', sorted, '(' .. start, '-inf', 'LIMIT', 0, MAX_BESIDE))
  -- One more, because the result contains the broadcast itself.
  add(redis.call('ZRANGEBYSCORE', sorted, start, '+inf', 'LIMIT', 0, MAX_BESIDE + 1))
  local around = {}
  if #ids == 0 then return around end
  local texts = redis.call('HMGET', hash, unpack(ids))
  for i, other in ipairs(ids) do
    if texts[i] then
      around[#around + 1] = other
      around[#around + 1] = texts[i]
    end
  end
  return around
end

-- The interval of a stored broadcast; nil if it is damaged or deleted.
local function place_of(base, meeting, id)
  local text = redis.call('HGET', base .. 'mi:' .. meeting, id)
  local from, to = string.match(text or '', '^(%d+):(%d+):')
  if not from or redis.call('EXISTS', base .. 'b:' .. id) == 0 then return nil end
  return tonumber(from), tonumber(to)
end

local PLACES_AT_ONCE = 20
-- Intervals of one meeting do not overlap, so the nearest earlier one decides. Read more in case of old data.
local MAX_EARLIER = 4

-- The stored broadcast that overlaps [from, to), or nil. `leaves`: ids that give up their interval in this step. `since`: earlier
-- starts were checked already.
local function overlapping(base, meeting, sorted, leaves, from, to, since)
  local function scan(command, first, last, most)
    local offset, met = 0, 0
    while true do
      local ids = redis.call(command, sorted, first, last, 'LIMIT', offset, PLACES_AT_ONCE)
      for _, id in ipairs(ids) do
        local start, stop
        if not leaves[id] then start, stop = place_of(base, meeting, id) end
        if start then
          if from < stop and start < to then return id end
          met = met + 1
          if met == most then return nil end
        end
      end
      if #ids < PLACES_AT_ONCE then return nil end
      offset = offset + PLACES_AT_ONCE
    end
  end
  local low, high = string.format('%.0f', from), string.format('%.0f', to)
  return scan('ZRANGEBYSCORE', low, '(' .. high, -1) or scan('ZREVRANGEBYSCORE', '(' .. low, since, MAX_EARLIER)
end

-- Inserts a change among the others of its step, which are sorted and do not overlap; or returns one that it overlaps.
local function place_among(placed, one)
  local low, high = 1, #placed + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if placed[middle].from < one.from then low = middle + 1 else high = middle end
  end
  local before, behind = placed[low - 1], placed[low]
  if before and one.from < before.to then return before end
  if behind and behind.from < one.to then return behind end
  table.insert(placed, low, one)
  return nil
end

-- The first change, in the given order, that overlaps a stored broadcast or an earlier change: its id and the other's; or nil.
-- The number of reads depends on the changes, not on the size of the plan.
local function first_overlap(base, changes, meeting_key)
  local leaves, meetings = {}, {}
  for i, change in ipairs(changes) do
    -- A broadcast that this step moves or ends gives up its old interval.
    if change.overlap or not change.interval then leaves[change.id] = true end
    if change.overlap and change.interval then
      local key = meeting_key(change)
      meetings[key] = meetings[key] or {}
      table.insert(meetings[key], { id = change.id, at = i, from = change.interval[1], to = change.interval[2] })
    end
  end
  local first
  local function note(one, other)
    if not first or one.at < first.at then first = { at = one.at, id = one.id, other = other } end
  end
  for meeting, wanted in pairs(meetings) do
    local placed = {}
    for _, one in ipairs(wanted) do
      local other = place_among(placed, one)
      if other then
        note(one, other.id)
        break
      end
    end
    local sorted, since = ensure_plan(base, meeting), '-inf'
    table.sort(wanted, function(a, b) return a.from < b.from or (a.from == b.from and a.at < b.at) end)
    for _, one in ipairs(wanted) do
      local other = overlapping(base, meeting, sorted, leaves, one.from, one.to, since)
      if other then note(one, other) else since = string.format('%.0f', one.from) end
    end
  end
  return first
end
