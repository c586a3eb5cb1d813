-- Moves a damaged record to the quarantine, so that nothing reads it again: once, and only if it is still the one that was read.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     id, data and version as they were read ('' for none), JSON of the index names it may stand in, why,
--          its event, the alert (JSON; see the part alert_records)
--
-- The record goes to <base>poison:<id>, its history stays; <base>poison (a hash) has the reason for each id.
-- Answers  'moved' | 'gone' (no such record: what points to it is removed) | 'changed' (read it again)
-- @include streams
-- @include meeting_plan
-- @include alert_records

local base, id = KEYS[1], ARGV[1]
local key = base .. 'b:' .. id
local kind = redis.call('TYPE', key).ok

local function forget()
  redis.call('SREM', base .. 'pending', id)
  redis.call('ZREM', base .. 'deadlines', id)
  redis.call('ZREM', base .. 'due', id)
  redis.call('ZREM', base .. 'stops', id)
  redis.call('ZREM', base .. 'preflights', id)
  redis.call('ZREM', base .. 'headsups', id)
  redis.call('ZREM', base .. 'finals', id)
  for _, name in ipairs(cjson.decode(ARGV[4])) do redis.call('ZREM', base .. 'ix:' .. name, id) end
end

if kind == 'none' then
  forget()
  return 'gone'
end
if kind == 'hash' then
  local known = redis.call('HMGET', key, 'd', 'v', 'a', 'm')
  if (known[1] or '') ~= ARGV[2] or (known[2] or '') ~= ARGV[3] then return 'changed' end
  if known[3] and known[4] then
    plan_remove(base, known[3] .. ':' .. known[4], id)
    redis.call('ZREM', base .. 'ix:meeting:' .. known[4], id)
    redis.call('ZREM', base .. 'ix:account:' .. known[3], id)
  end
end
forget()
redis.call('RENAME', key, base .. 'poison:' .. id)
redis.call('HSET', base .. 'poison', id, ARGV[5])
write_event(base, ARGV[6])
raise_alert(base, cjson.decode(ARGV[7]))
return 'moved'
