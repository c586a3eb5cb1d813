-- Reads many records. Writes nothing.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     ids
--
-- Answers  data, version, account and meetingId of each, one after the other; false for what is missing. All are false for a record
--          that does not exist, and for a key that is no hash: the caller then looks at it alone.

local answer = {}
for i, id in ipairs(ARGV) do
  local fields = redis.pcall('HMGET', KEYS[1] .. 'b:' .. id, 'd', 'v', 'a', 'm')
  for n = 1, 4 do answer[i * 4 - 4 + n] = fields[n] or false end
end
return answer
