-- Reads everything that a decision about one broadcast may depend on, in one step, however many others of its
-- meeting are planned. Writes nothing but a sorted plan that is missing.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  the broadcast's id     ARGV[2]  the time, in a simulation; else ''
--
-- Answers  {data, meeting (flat hash), intervals (of those it may depend on: flat hash), pausedUntil, lease ('1' | '0'), now, pauses (JSON),
--          version, account, meetingId}, or false. What a damaged record lacks is false.
-- @include time_now
-- @include meeting_plan
-- @include pauses

local base = KEYS[1]
local now = tostring(time_now(ARGV[2]))
local key = base .. 'b:' .. ARGV[1]
local kind = redis.call('TYPE', key).ok
if kind == 'none' then return false end
if kind ~= 'hash' then return { false, {}, {}, '0', '0', now, {}, false, false, false } end
local record = redis.call('HMGET', key, 'd', 'a', 'm', 'w', 'v')
local account, worker = record[2] or '', record[4] or ''
local meeting = account .. ':' .. (record[3] or '')
local lease = worker ~= '' and redis.call('EXISTS', base .. 'worker:' .. worker) or 0
return {
  record[1],
  redis.call('HGETALL', base .. 'mt:' .. meeting),
  plan_around(base, meeting, ARGV[1], tonumber(now)),
  redis.call('HGET', base .. 'rate:' .. account, 'pausedUntil') or '0',
  tostring(lease),
  now,
  pauses_over(base, record[1], tonumber(now)),
  record[5],
  record[2],
  record[3],
}
