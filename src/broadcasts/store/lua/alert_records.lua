-- Part: the records of alerts. An alert is written in the same step as the event that tells of it.
--
-- Keys: alert:<id>             hash: d (JSON: what never changes), code, cause, at, until, resolvedAt, acknowledgedAt,
--                              acknowledgedBy, note; times in ms
--       alerts:all, alerts:open, alerts:acknowledged, alerts:resolved
--                              sorted sets: id -> when it was raised (ms). Each alert is in `all` and in one of the others
--       alerts:open:<code>     sorted set: the open ones of one code, to be counted without reading them
--       alerts:until           sorted set: id -> when it resolves by itself (ms)
--       alerts:closed          sorted set: id -> when it was last acknowledged or resolved (ms): for the retention
--       alert-causes           hash: cause -> id of its alert, until that is resolved: one alert for each cause
local function ms(time) return string.format('%.0f', time) end

-- Answers whether it was not resolved before. `at` in ms.
local function resolve_alert(base, id, at)
  local key = base .. 'alert:' .. id
  local known = redis.call('HMGET', key, 'at', 'code', 'cause', 'resolvedAt')
  if not known[1] or known[4] then return false end
  redis.call('HSET', key, 'resolvedAt', ms(at))
  redis.call('ZREM', base .. 'alerts:open', id)
  redis.call('ZREM', base .. 'alerts:open:' .. known[2], id)
  redis.call('ZREM', base .. 'alerts:acknowledged', id)
  redis.call('ZREM', base .. 'alerts:until', id)
  redis.call('ZADD', base .. 'alerts:resolved', known[1], id)
  redis.call('ZADD', base .. 'alerts:closed', ms(at), id)
  if redis.call('HGET', base .. 'alert-causes', known[3]) == id then redis.call('HDEL', base .. 'alert-causes', known[3]) end
  return true
end

-- Resolves the alert of this cause, if there is one.
local function resolve_cause(base, cause, at)
  local id = redis.call('HGET', base .. 'alert-causes', cause)
  return id and resolve_alert(base, id, at) or false
end

-- alert: { id, code, cause, at (ms), until? (ms), resolved?, data (JSON) }
-- Answers whether it is new: while the alert of a cause is not resolved, the cause raises no other.
local function raise_alert(base, alert)
  local had = redis.call('HGET', base .. 'alert-causes', alert.cause)
  if had then
    local ended = tonumber(redis.call('HGET', base .. 'alert:' .. had, 'until') or false)
    if not ended or ended > alert.at then return false end
    resolve_alert(base, had, ended)
  end
  local key = base .. 'alert:' .. alert.id
  redis.call('HSET', key, 'd', alert.data, 'code', alert.code, 'cause', alert.cause, 'at', ms(alert.at))
  redis.call('HSET', base .. 'alert-causes', alert.cause, alert.id)
  for _, set in ipairs({ 'all', 'open', 'open:' .. alert.code }) do
    redis.call('ZADD', base .. 'alerts:' .. set, ms(alert.at), alert.id)
  end
  if alert['until'] then
    redis.call('HSET', key, 'until', ms(alert['until']))
    redis.call('ZADD', base .. 'alerts:until', ms(alert['until']), alert.id)
  end
  if alert.resolved then resolve_alert(base, alert.id, alert.at) end
  return true
end

-- Leaves nothing of it.
local function delete_alert(base, id)
  local known = redis.call('HMGET', base .. 'alert:' .. id, 'code', 'cause')
  for _, set in ipairs({ 'all', 'open', 'acknowledged', 'resolved', 'until', 'closed', 'open:' .. (known[1] or '') }) do
    redis.call('ZREM', base .. 'alerts:' .. set, id)
  end
  if known[2] and redis.call('HGET', base .. 'alert-causes', known[2]) == id then
    redis.call('HDEL', base .. 'alert-causes', known[2])
  end
  redis.call('DEL', base .. 'alert:' .. id)
end
