-- Part: the circuit of an account, one for starts and one for stops (decision 9). When `OPEN_AFTER` different meetings have met
-- an outage of Zoom one after another, and nothing got through in between, the circuit opens: requests of that kind wait here
-- instead of at Zoom, and one goes every `PROBE_MS` to see. The first that gets through closes it for all.
--
-- Keys: circuit:<account>:<class>          hash: since, probeAt (ms)
--       circuit:<account>:<class>:failing  set of the meetings that met an outage since something last got through
--       circuit:<account>:<class>:waiting  sorted set: token -> when it last asked (ms)

-- A few meetings may have a problem of their own: they continue with their backoff, one request every two seconds each.
local OPEN_AFTER = 10
-- Failures further apart than this are separate outages, ms.
local TOGETHER_MS = 60000
-- Interval of the probes, ms: one notices the end of a short outage within a second; a long outage costs 30 requests a minute.
local PROBE_MS = 1000
local PROBE_LATER_MS = 2000
local LATER_AFTER_MS = 30000
-- Interval of first tries, ms: a request that has not failed yet hardly waits, in case only some meetings fail.
local FIRST_MS = 200
-- Minimum wait before a request asks again, ms. With many waiting, the rate limit takes longer than that anyway.
local MIN_WAIT_MS = 1000
local MAX_WAIT_MS = 4000
local PART_OF_DRAIN = 0.7
local CIRCUIT_TTL_MS = 600000

local function circuit_key(base, rule) return base .. 'circuit:' .. rule.account .. ':' .. rule.class end

-- reach: { account, class ('start' | 'stop'), meeting, up (bool) }: what an answer, or its absence, shows about Zoom
local function note_reach(base, reach, now)
  local key = circuit_key(base, reach)
  if reach.up then
    redis.call('DEL', key, key .. ':failing', key .. ':waiting')
    return
  end
  redis.call('SADD', key .. ':failing', reach.meeting)
  redis.call('PEXPIRE', key .. ':failing', TOGETHER_MS)
  if redis.call('SCARD', key .. ':failing') < OPEN_AFTER or redis.call('EXISTS', key) == 1 then return end
  redis.call('HSET', key, 'since', now, 'probeAt', now + PROBE_MS)
  redis.call('PEXPIRE', key, CIRCUIT_TTL_MS)
end

-- rule: as for take_slot, jitter in [0, 1), first (nothing of this plan has failed yet). -> nil when the circuit is closed or needs a probe, else the ms to ask again at.
local function held_by_circuit(base, rule, now)
  local key = circuit_key(base, rule)
  local known = redis.call('HMGET', key, 'since', 'probeAt')
  local probe_at = tonumber(known[2] or false)
  -- A clock that was set back must not keep the circuit open.
  if not probe_at or now >= probe_at or now < tonumber(known[1]) then return nil end
  if rule.first and now >= tonumber(redis.call('HGET', key, 'firstAt') or 0) then
    redis.call('HSET', key, 'firstAt', now + FIRST_MS)
    return nil
  end
  local waiting = key .. ':waiting'
  redis.call('ZADD', waiting, now, rule.token)
  redis.call('ZREMRANGEBYSCORE', waiting, '-inf', now - 3 * MAX_WAIT_MS)
  redis.call('PEXPIRE', waiting, CIRCUIT_TTL_MS)
  redis.call('PEXPIRE', key, CIRCUIT_TTL_MS)
  -- In the line it would hold up the requests that may go.
  leave_line(base, rule.account, rule.class, rule.token, now)
  local drain = redis.call('ZCARD', waiting) * rule.interval
  local spread = math.max(MIN_WAIT_MS, math.min(MAX_WAIT_MS, drain * PART_OF_DRAIN))
  return now + spread * (0.5 + (rule.jitter or 1) / 2)
end

-- A request that goes while the circuit is open is the probe: it postpones the next one.
local function note_probe(base, rule, now)
  local key = circuit_key(base, rule)
  local since = tonumber(redis.call('HGET', key, 'since') or false)
  if not since then return end
  local distance = now - since < LATER_AFTER_MS and PROBE_MS or PROBE_LATER_MS
  redis.call('HSET', key, 'probeAt', now + distance)
  redis.call('PEXPIRE', key, CIRCUIT_TTL_MS)
end
