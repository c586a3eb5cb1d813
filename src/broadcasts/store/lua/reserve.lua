-- Takes a rate-limit slot of an account for a request that belongs to no claim (reads: polls, checks, preflight), or, with
-- `earliest`, only books the slot of a request that is due later: its claim will find it under the same token.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { account, class, interval, most, token, daily, earliest?, now? }
--
-- Answers  {'ok', now} | {'wait', until, now}
-- @include time_now
-- @include take_slot

local rule = cjson.decode(ARGV[1])
local now = time_now(rule.now)
if rule.earliest then
  -- An older slot was booked for an earlier plan or attempt that never used it.
  local calendar = KEYS[1] .. 'slots:' .. rule.account .. ':' .. rule.class
  local known = tonumber(redis.call('ZSCORE', calendar, rule.token) or false)
  if known and known < rule.earliest - 1 then redis.call('ZREM', calendar, rule.token) end
  return { 'wait', exact(book_slot(KEYS[1], rule, rule.earliest, now)), exact(now) }
end
local come = take_slot(KEYS[1], rule, now)
if come then return { 'wait', exact(come), exact(now) } end
return { 'ok', exact(now) }
