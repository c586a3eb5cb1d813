-- Replaces a record by another form of the same content, unless it has changed since it was read. For migrations.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     id, the data that was read, the new data
--
-- Answers  1 | 0 (it has changed: its writer wrote the new form, or it is handled again)

local key = KEYS[1] .. 'b:' .. ARGV[1]
if redis.call('HGET', key, 'd') ~= ARGV[2] then return 0 end
redis.call('HSET', key, 'd', ARGV[3])
return 1
