-- Puts a record in another form, which means the same, unless it has changed since it was read. For migrations.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     id, data as it was read, data as it shall be
--
-- Answers  1 | 0 (it has changed: whoever wrote it wrote the new form, or it is met again)

local key = KEYS[1] .. 'b:' .. ARGV[1]
if redis.call('HGET', key, 'd') ~= ARGV[2] then return 0 end
redis.call('HSET', key, 'd', ARGV[3])
return 1
