-- Part: which pauses hold a broadcast back (rule 16).
--
-- Keys: pauses          hash: id -> the pause (JSON), until it has ended
--       paused:<scope>  set: the ids of the pauses of one scope
--       held            sorted set: broadcasts that a pause holds back -> since when (ms)
--       leaving         sorted set: broadcasts with a start that is claimed and not settled -> when it was claimed (ms)

-- The scopes of a record, like `scopeNames` in pause.ts.
local function scopes_of(record)
  local scopes = { 'all', 'account:' .. tostring(record.account) }
  if type(record.seriesId) == 'string' then table.insert(scopes, 'series:' .. record.seriesId) end
  if type(record.labels) == 'table' then
    for name, value in pairs(record.labels) do
      table.insert(scopes, 'label:' .. name)
      table.insert(scopes, 'label:' .. name .. '=' .. tostring(value))
    end
  end
  return scopes
end

-- The pauses over a broadcast at `now` (ms), as JSON. `data`: its stored record. A pause past its end holds nothing back, even if it
-- has not been removed yet.
local function pauses_over(base, data, now)
  local found = {}
  if not data or redis.call('EXISTS', base .. 'pauses') == 0 then return found end
  local readable, record = pcall(cjson.decode, data)
  if not readable or type(record) ~= 'table' then return found end
  for _, scope in ipairs(scopes_of(record)) do
    for _, id in ipairs(redis.call('SMEMBERS', base .. 'paused:' .. scope)) do
      local text = redis.call('HGET', base .. 'pauses', id)
      if text then
        -- A damaged pause holds nothing back, and is not shown either.
        local sound, pause = pcall(cjson.decode, text)
        local ends = sound and type(pause) == 'table' and pause['until'] or nil
        if sound and (type(ends) ~= 'number' or ends > now) then table.insert(found, text) end
      end
    end
  end
  return found
end
