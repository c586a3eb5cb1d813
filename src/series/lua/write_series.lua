-- The only writer of series: creates, changes or removes one record over the version it was decided on.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { id, expected, version, data: text | false, createdAt, events: [text],
--                  also?: { id, data: text, createdAt } (a new one, in the same step),
--                  idempotency?: { key, bodyHash, ttlMs, answer }, audit?: text }
--
-- Answers  {'ok'} | {'conflict'} | {'replay', bodyHash, answer}
-- @include idempotency
-- @include streams

local base = KEYS[1]
local payload = cjson.decode(ARGV[1])
local key = base .. 'sr:' .. payload.id

local before = answered_before(base, payload.idempotency)
if before then return before end
if tonumber(redis.call('HGET', key, 'v') or 0) ~= payload.expected then return { 'conflict' } end

if payload.data then
  redis.call('HSET', key, 'v', payload.version, 'd', payload.data)
  redis.call('ZADD', base .. 'series', payload.createdAt, payload.id)
else
  redis.call('DEL', key)
  redis.call('ZREM', base .. 'series', payload.id)
end
if payload.also then
  redis.call('HSET', base .. 'sr:' .. payload.also.id, 'v', 1, 'd', payload.also.data)
  redis.call('ZADD', base .. 'series', payload.also.createdAt, payload.also.id)
end
keep_answer(base, payload.idempotency)
for _, event in ipairs(payload.events) do
  write_event(base, event)
end
if payload.audit then write_audit(base, payload.audit) end
return { 'ok' }
