-- Part: the beginning of every script. While a Cluster moves our slot to another master, each side has some of the keys, and a script
-- would treat the others as missing. Asking for two keys that never exist then fails on both sides. The client retries on TRYAGAIN.
do
  local whole = redis.pcall('EXISTS', KEYS[1] .. 'never', KEYS[1] .. 'nowhere')
  if type(whole) == 'table' and whole.err then
    return redis.error_reply('TRYAGAIN the slot of our keys is being moved to another node')
  end
end
