-- Part: the one clock of all machines, in ms with fractions: Redis' own, or the given time in a simulation.
local function time_now(given)
  if given ~= nil and given ~= '' and given ~= cjson.null then return tonumber(given) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end
