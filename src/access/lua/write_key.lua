-- The only writer of API keys. What changes for people is written to the audit in the same step.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON, one of
--          { op: 'create', id, name, hash, data (JSON text), at (ms), audit: text }   the name must not be in use
--          { op: 'revoke', id, name, audit: text }
--          { op: 'use', id, at (ms) }                                                 never brings a revoked key back
--
-- Answers  1 | 0 (nothing was done)
-- @include streams

local base = KEYS[1]
local what = cjson.decode(ARGV[1])
local key = base .. 'key:' .. what.id

if what.op == 'use' then
  if redis.call('EXISTS', key) == 0 then return 0 end
  redis.call('HSET', key, 'u', string.format('%.0f', what.at))
  return 1
end

if what.op == 'create' then
  if redis.call('HSETNX', base .. 'key-names', what.name, what.id) == 0 then return 0 end
  redis.call('HSET', key, 'd', what.data, 'h', what.hash)
  redis.call('ZADD', base .. 'keys', string.format('%.0f', what.at), what.id)
else
  if redis.call('DEL', key) == 0 then return 0 end
  redis.call('HDEL', base .. 'key-names', what.name)
  redis.call('ZREM', base .. 'keys', what.id)
end
write_audit(base, what.audit)
return 1
