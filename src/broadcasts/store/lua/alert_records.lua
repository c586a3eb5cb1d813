-- Part: the records of alerts. An alert is written in the same step as its event.
--
-- Keys: alert:<id>             hash: d (JSON: what never changes), code, cause, at, until, resolvedAt, acknowledgedAt,
--                              acknowledgedBy, note; times in ms
--       alerts:all, alerts:open, alerts:acknowledged, alerts:resolved
--                              sorted sets: id -> when it was raised (ms). Each alert is in `all` and in one of the others
--       alerts:open:<code>     sorted set: the open ones of one code, to be counted without reading them
--       alerts:until           sorted set: id -> when it resolves by itself (ms); a brief one stays a little longer
--       alerts:closed          sorted set: id -> when it was last acknowledged or resolved (ms): for the retention
--       alert-changes          counts up with every change of an alert: whoever shows them knows when to read them again
--       alert-causes           hash: cause -> id of its alert, until that is resolved: one alert for each cause

-- A shorter alert that follows another of its cause within this continues it, ms. A limit that Zoom lifts after a second and sets
-- again is one problem, and would otherwise raise an alert every second.
local BRIEF_MS = 60000

local function ms(time) return string.format('%.0f', time) end

local function count_alert_change(base) redis.call('INCR', base .. 'alert-changes') end

-- Returns true if the alert was still open. `at` in ms.
local function resolve_alert(base, id, at)
  local key = base .. 'alert:' .. id
  local known = redis.call('HMGET', key, 'at', 'code', 'cause', 'resolvedAt')
  if not known[1] or known[4] then return false end
  redis.call('HSET', key, 'resolvedAt', ms(at))
  count_alert_change(base)
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

-- Sets when it resolves by itself, ms.
local function set_end(base, id, at, ends)
  redis.call('HSET', base .. 'alert:' .. id, 'until', ms(ends))
  redis.call('ZADD', base .. 'alerts:until', ms(ends - at < BRIEF_MS and ends + BRIEF_MS or ends), id)
end

-- alert: { id, code, cause, at (ms), until? (ms), resolved?, data (JSON) }
-- Returns whether it is new: a cause has at most one unresolved alert. A longer one keeps the existing alert open
-- for as long, with its own message.
local function raise_alert(base, alert)
  local had = redis.call('HGET', base .. 'alert-causes', alert.cause)
  if had then
    local ended = tonumber(redis.call('HGET', base .. 'alert:' .. had, 'until') or false)
    if not ended then return false end
    local brief = alert['until'] and alert['until'] - alert.at < BRIEF_MS
    if ended > alert.at or (brief and ended + BRIEF_MS > alert.at) then
      if alert['until'] and alert['until'] > ended then
        redis.call('HSET', base .. 'alert:' .. had, 'd', alert.data)
        count_alert_change(base)
        set_end(base, had, alert.at, alert['until'])
      end
      return false
    end
    resolve_alert(base, had, ended)
  end
  local key = base .. 'alert:' .. alert.id
  redis.call('HSET', key, 'd', alert.data, 'code', alert.code, 'cause', alert.cause, 'at', ms(alert.at))
  count_alert_change(base)
  redis.call('HSET', base .. 'alert-causes', alert.cause, alert.id)
  for _, set in ipairs({ 'all', 'open', 'open:' .. alert.code }) do
    redis.call('ZADD', base .. 'alerts:' .. set, ms(alert.at), alert.id)
  end
  if alert['until'] then
    set_end(base, alert.id, alert.at, alert['until'])
  end
  if alert.resolved then resolve_alert(base, alert.id, alert.at) end
  return true
end

-- Deletes all of it.
local function delete_alert(base, id)
  local known = redis.call('HMGET', base .. 'alert:' .. id, 'code', 'cause')
  for _, set in ipairs({ 'all', 'open', 'acknowledged', 'resolved', 'until', 'closed', 'open:' .. (known[1] or '') }) do
    redis.call('ZREM', base .. 'alerts:' .. set, id)
  end
  if known[2] and redis.call('HGET', base .. 'alert-causes', known[2]) == id then
    redis.call('HDEL', base .. 'alert-causes', known[2])
  end
  redis.call('DEL', base .. 'alert:' .. id)
  count_alert_change(base)
end
