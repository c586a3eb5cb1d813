-- Makes and ends pauses.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON, one of
--          { op: 'create', id, covers, until: ms | null, pause (JSON text), event?: JSON text, audit?: JSON text, most,
--            idempotency?: { key, bodyHash, ttlMs, answer } }
--          { op: 'end', id, covers, event?: JSON text, audit?: JSON text, over: bool: only when its time has come }
--
-- What a pause held back alone is due from the moment of its end, in the same step: the overdue scanner of any worker finds it,
-- whatever dies after this.
--
-- Answers  {'ok', ids of broadcasts in question…} | {'past', now} | {'many'} | {'none'} | {'replay', bodyHash, answer}
-- @include idempotency
-- @include streams
-- @include time_now
-- @include pauses

local base = KEYS[1]
local what = cjson.decode(ARGV[1])
local now = time_now(what.now)

local function tell(event)
  if event then write_event(base, event) end
  if what.audit then write_audit(base, what.audit) end
end

if what.op == 'create' then
  local before = answered_before(base, what.idempotency)
  if before then return before end
  local ends = what['until']
  if type(ends) == 'number' and ends <= now then return { 'past', tostring(now) } end
  if redis.call('HLEN', base .. 'pauses') >= what.most then return { 'many' } end
  redis.call('HSET', base .. 'pauses', what.id, what.pause)
  redis.call('SADD', base .. 'paused:' .. what.covers, what.id)
  tell(what.event)
  keep_answer(base, what.idempotency)
  -- A request claimed this long ago has left, or never will (`SEND_WITHIN_MS`).
  redis.call('ZREMRANGEBYSCORE', base .. 'leaving', '-inf', string.format('%.0f', now - 60000))
  return { 'ok', unpack(redis.call('ZRANGE', base .. 'leaving', 0, 4999)) }
end

local text = redis.call('HGET', base .. 'pauses', what.id)
if not text then return { 'none' } end
if what.over then
  -- A damaged pause holds nothing back (`pauses_over`); a person ends it.
  local sound, pause = pcall(cjson.decode, text)
  if not sound or type(pause['until']) ~= 'number' or pause['until'] > now then return { 'none' } end
end
redis.call('HDEL', base .. 'pauses', what.id)
redis.call('SREM', base .. 'paused:' .. what.covers, what.id)
tell(what.event)
local freed = { 'ok' }
for _, id in ipairs(redis.call('ZRANGE', base .. 'held', 0, -1)) do
  local data = redis.call('HGET', base .. 'b:' .. id, 'd')
  if #pauses_over(base, data, now) == 0 then
    redis.call('ZADD', base .. 'due', string.format('%.0f', now), id)
    if #freed < 5000 then table.insert(freed, id) end
  end
end
return freed
