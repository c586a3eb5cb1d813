-- Reads many records. Writes nothing.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     ids
--
-- Answers  data, version, account and meetingId of each, one after the other; false for what is missing. All are false for a key that is
--          no hash: the caller then looks at it alone. The data of a record that does not exist is 0.

local answer = {}
for i, id in ipairs(ARGV) do
  local key = KEYS[1] .. 'b:' .. id
  local fields = redis.pcall('HMGET', key, 'd', 'v', 'a', 'm')
  if not fields[1] and redis.call('EXISTS', key) == 0 then fields = { 0 } end
  for n = 1, 4 do answer[i * 4 - 4 + n] = fields[n] or false end
end
return answer
