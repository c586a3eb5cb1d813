-- Reads everything that a decision about one broadcast may depend on, in one step. Writes nothing.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  the broadcast's id     ARGV[2]  the time, in a simulation; else ''
--
-- Answers  {data, meeting (flat hash), intervals (flat hash), pausedUntil, lease ('1' | '0'), now}, or false
-- @include time_now

local base = KEYS[1]
local record = redis.call('HMGET', base .. 'b:' .. ARGV[1], 'd', 'a', 'm', 'w')
if not record[1] then return false end
local meeting = record[2] .. ':' .. record[3]
local lease = record[4] ~= '' and redis.call('EXISTS', base .. 'worker:' .. record[4]) or 0
return {
  record[1],
  redis.call('HGETALL', base .. 'mt:' .. meeting),
  redis.call('HGETALL', base .. 'mi:' .. meeting),
  redis.call('HGET', base .. 'rate:' .. record[2], 'pausedUntil') or '0',
  tostring(lease),
  tostring(time_now(ARGV[2])),
}
