-- The only writer of calendars: creates, changes or removes one record over the version it was decided on.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { name, expected, data: text | false, hash: what `data` says, in short }
--
-- Answers  'ok' | 'conflict'

local base = KEYS[1]
local payload = cjson.decode(ARGV[1])
local key = base .. 'calendar:' .. payload.name

if tonumber(redis.call('HGET', key, 'v') or 0) ~= payload.expected then return 'conflict' end
if payload.data then
  redis.call('HSET', key, 'v', payload.expected + 1, 'd', payload.data, 'h', payload.hash)
  redis.call('SADD', base .. 'calendars', payload.name)
else
  redis.call('DEL', key)
  redis.call('SREM', base .. 'calendars', payload.name)
end
return 'ok'
