-- The only writer of feeds. What changes is written to the audit in the same step.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON, one of
--          { op: 'create', id, hash, data (JSON text), at (ms), most, audit: text }   at most `most` feeds
--          { op: 'delete', id, audit: text }
--
-- Answers  1 | 0 (nothing was done)
-- @include streams

local base = KEYS[1]
local what = cjson.decode(ARGV[1])
local key = base .. 'feed:' .. what.id

if what.op == 'create' then
  if redis.call('ZCARD', base .. 'feeds') >= what.most then return 0 end
  redis.call('HSET', key, 'd', what.data, 'h', what.hash)
  redis.call('ZADD', base .. 'feeds', string.format('%.0f', what.at), what.id)
else
  if redis.call('DEL', key) == 0 then return 0 end
  redis.call('ZREM', base .. 'feeds', what.id)
end
write_audit(base, what.audit)
return 1
