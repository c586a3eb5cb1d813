-- Part: what an `Idempotency-Key` has made.
--
-- Keys: idem:<key>  hash: h, the hash of the request; a, its answer, or one field for each part of it that is done
-- `once`: { key, bodyHash, ttlMs, answer, part? }, or nil for a request without a key

-- The script's answer to an earlier request, or part of one, with this key; nil: this is the first.
local function answered_before(base, once)
  if not once then return nil end
  local key = base .. 'idem:' .. once.key
  if once.part then
    local done = redis.call('HGET', key, once.part)
    return done and { 'replay', once.bodyHash, done } or nil
  end
  local known = redis.call('HMGET', key, 'h', 'a')
  return known[1] and { 'replay', known[1], known[2] or '' } or nil
end

local function keep_answer(base, once)
  if not once then return end
  local key = base .. 'idem:' .. once.key
  redis.call('HSET', key, 'h', once.bodyHash, once.part or 'a', once.answer)
  redis.call('PEXPIRE', key, once.ttlMs)
end
