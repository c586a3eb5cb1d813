-- Part: takes the right to send one request of an account, by GCRA with reservation (contract rule 5).
--
-- Two requests of one account are never closer than `interval` ms, which keeps any sliding second under the share. Starts
-- and reads that find the line busy get a place on the ladder (`tat`), kept under their token, and come back at that time.
-- A stop steps in front of the ladder: it takes the next free place itself (`last`), and the ladder moves by one.
--
-- take_slot(base, account, class, interval, token, daily, now) -> nil when it may go now, else the ms to come back at
local function take_slot(base, account, class, interval, token, daily, now)
  local key = base .. 'rate:' .. account
  local rate = redis.call('HMGET', key, 'last', 'tat', 'pausedUntil', 'day', 'count')
  local last = tonumber(rate[1]) or 0
  local tat = tonumber(rate[2]) or 0
  local paused = tonumber(rate[3]) or 0
  if paused > now then return paused end

  local day = math.floor(now / 86400000)
  local count = tonumber(rate[4]) == day and tonumber(rate[5]) or 0
  -- A tenth of the day's budget is kept for stops: a stream left on air does harm.
  local budget = class == 'stop' and daily or daily * 0.9
  if daily > 0 and count >= math.floor(budget) then return (day + 1) * 86400000 end

  -- A clock that went back must not leave `last` far in the future.
  if last > now + 86400000 then last = 0 end
  local slotKey = base .. 'slot:' .. token
  local slot = tonumber(redis.call('GET', slotKey) or false)

  if class == 'stop' then
    if not slot then
      slot = math.max(now, last + interval)
      last = slot
      if tat > now then tat = tat + interval end
      redis.call('HSET', key, 'last', last, 'tat', tat)
      if slot > now then
        redis.call('SET', slotKey, slot, 'PX', math.ceil(slot - now + 60000))
        return slot
      end
    elseif slot > now then
      return slot
    end
  elseif slot then
    if slot > now then return slot end
    if last + interval > now then return last + interval end
    redis.call('HSET', key, 'last', now)
  else
    slot = math.max(now, tat, last + interval)
    redis.call('HSET', key, 'tat', slot + interval)
    if slot > now then
      redis.call('SET', slotKey, slot, 'PX', math.ceil(slot - now + 60000))
      return slot
    end
    redis.call('HSET', key, 'last', now)
  end

  redis.call('DEL', slotKey)
  redis.call('HSET', key, 'day', day, 'count', count + 1)
  redis.call('PEXPIRE', key, 172800000)
  return nil
end
