-- Raises a number; never lowers it.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     name of the key, the number
--
-- Answers  the number that is stored now

local key = KEYS[1] .. ARGV[1]
local had = tonumber(redis.call('GET', key) or 0)
if had >= tonumber(ARGV[2]) then return had end
redis.call('SET', key, ARGV[2])
return tonumber(ARGV[2])
