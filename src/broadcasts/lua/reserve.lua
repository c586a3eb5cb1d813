-- Takes a rate-limit slot of an account for a request that belongs to no claim (reads: polls, looks, preflight).
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     account, class, interval (ms), token, daily (0: none), now ('' : Redis' time)
--
-- Answers  {'ok', now} | {'wait', until, now}
-- @include time_now
-- @include take_slot

local now = time_now(ARGV[6])
local come = take_slot(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5]), now)
if come then return { 'wait', tostring(come), tostring(now) } end
return { 'ok', tostring(now) }
