-- One page of the unfinished broadcasts of a meeting that an event can affect, and what is known of the meeting.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { meeting, now?, begun: bool, from: ms | false, to: ms | false, latestFirst: bool, after: ms | false, limit }
--          `begun`: those that have started, and the next ones, instead of `from` and `to`. `after`: the start at which the
--          page before ended
--
-- Answers  {meeting (flat hash), next (ms | ''), ids}
-- @include time_now
-- @include meeting_plan

local base = KEYS[1]
local query = cjson.decode(ARGV[1])
local sorted = ensure_plan(base, query.meeting)
local known = redis.call('HGETALL', base .. 'mt:' .. query.meeting)

local function bound(value, otherwise) return value and string.format('%.0f', value) or otherwise end

local from, to = bound(query.from, '-inf'), bound(query.to, '+inf')
if query.begun then
  to = string.format('%.0f', time_now(query.now))
  -- A started broadcast can have a start in the future after a clock was set back.
  local coming = redis.call('ZRANGEBYSCORE', sorted, '(' .. to, '+inf', 'WITHSCORES', 'LIMIT', 0, MAX_BESIDE)
  to = coming[#coming] or to
end

local ids
if query.latestFirst then
  if query.after then to = '(' .. bound(query.after) end
  ids = redis.call('ZREVRANGEBYSCORE', sorted, to, from, 'LIMIT', 0, query.limit)
else
  if query.after then from = '(' .. bound(query.after) end
  ids = redis.call('ZRANGEBYSCORE', sorted, from, to, 'LIMIT', 0, query.limit)
end
if #ids < query.limit then return { known, '', ids } end

-- Broadcasts with the same start are always on one page, because the next page starts after that moment.
local last = redis.call('ZSCORE', sorted, ids[#ids])
local there = {}
for _, id in ipairs(ids) do there[id] = true end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', sorted, last, last)) do
  if not there[id] then ids[#ids + 1] = id end
end
return { known, last, ids }
