-- Everything that changes alerts apart from decisions about a broadcast.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON, one of
--          { op: 'raise', alert, event (JSON text) }     raises it, unless its cause has an unresolved alert
--          { op: 'resolve', cause }
--          { op: 'forget', causes }                      deletes their alerts that are not resolved
--          { op: 'acknowledge', id, by, note | null, audit (JSON text) }
--          { op: 'tidy', before (ms), most }             resolves what is over by itself; deletes what closed before `before`
--
-- Answers  1 | 0 (nothing to do; for `acknowledge`: the alert does not exist); for `tidy` how many were deleted
-- @include streams
-- @include time_now
-- @include alert_records

local base = KEYS[1]
local what = cjson.decode(ARGV[1])
local now = math.floor(time_now(what.now))

if what.op == 'raise' then
  what.alert.at = now
  if not raise_alert(base, what.alert) then return 0 end
  write_event(base, what.event)
  redis.call('HINCRBY', base .. 'counts', 'alert:' .. what.alert.code, 1)
  return 1
end

if what.op == 'resolve' then return resolve_cause(base, what.cause, now) and 1 or 0 end

if what.op == 'forget' then
  for _, cause in ipairs(what.causes) do
    local id = redis.call('HGET', base .. 'alert-causes', cause)
    if id then delete_alert(base, id) end
  end
  return 1
end

if what.op == 'acknowledge' then
  local key = base .. 'alert:' .. what.id
  local known = redis.call('HMGET', key, 'at', 'code', 'resolvedAt')
  if not known[1] then return 0 end
  redis.call('HSET', key, 'acknowledgedAt', ms(now), 'acknowledgedBy', what.by)
  if what.note ~= cjson.null then redis.call('HSET', key, 'note', what.note) else redis.call('HDEL', key, 'note') end
  redis.call('ZADD', base .. 'alerts:closed', ms(now), what.id)
  count_alert_change(base)
  if not known[3] then
    redis.call('ZREM', base .. 'alerts:open', what.id)
    redis.call('ZREM', base .. 'alerts:open:' .. known[2], what.id)
    redis.call('ZADD', base .. 'alerts:acknowledged', known[1], what.id)
  end
  write_audit(base, what.audit)
  return 1
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'alerts:until', '-inf', ms(now), 'LIMIT', 0, what.most)) do
  resolve_alert(base, id, tonumber(redis.call('HGET', base .. 'alert:' .. id, 'until') or now))
  redis.call('ZREM', base .. 'alerts:until', id)
end
local old = redis.call('ZRANGEBYSCORE', base .. 'alerts:closed', '-inf', '(' .. ms(what.before), 'LIMIT', 0, what.most)
for _, id in ipairs(old) do delete_alert(base, id) end
return #old
