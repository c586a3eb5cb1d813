-- Collects what goes to one target in one message: everything of one type within a window.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { op: 'collect', target, type, event: id, text, windowMs, most } | { op: 'close', target, type, batch }
--
-- collect  puts the event into the open batch, or opens one that the event names. An event that is given again stays in its batch.
--          A batch keeps `most` texts, and counts the others. Answers {batch}
-- close    nothing more is put into the batch. Answers what is in it: {id, text, id, text …}, the count of the others as `more`

local base = KEYS[1]
local what = cjson.decode(ARGV[1])
local open = base .. 'notify-open:' .. what.target .. ':' .. what.type

-- Longer than the day of retries for a message.
local RETAIN_MS = 172800000
-- A repeated read of an event comes within seconds, or never.
local REMEMBERED_MS = 3600000

if what.op == 'close' then
  if redis.call('GET', open) == what.batch then redis.call('DEL', open) end
  return redis.call('HGETALL', base .. 'notify-batch:' .. what.batch .. ':' .. what.target)
end

local known = base .. 'notify-batched:' .. what.event .. ':' .. what.target
local batch = redis.call('GET', known)
if batch then return { batch } end
batch = redis.call('GET', open)
if not batch then
  batch = what.event
  redis.call('SET', open, batch, 'PX', what.windowMs)
end
redis.call('SET', known, batch, 'PX', REMEMBERED_MS)
local key = base .. 'notify-batch:' .. batch .. ':' .. what.target
-- The first text creates the key; `more` counts as one field.
if redis.call('HLEN', key) < what.most then
  redis.call('HSET', key, what.event, what.text)
else
  redis.call('HINCRBY', key, 'more', 1)
end
redis.call('PEXPIRE', key, RETAIN_MS)
return { batch }
