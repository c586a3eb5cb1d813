-- Takes the right to send a request that belongs to no claim (reads: polls, looks, preflight), or, with `earliest`, only stands in
-- line for one that is due later: its claim will find its place under the same token.
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
  return { 'wait', exact(stand_in_line(KEYS[1], with_window(rule), rule.earliest, now, now)), exact(now) }
end
local come = take_slot(KEYS[1], rule, now)
if come then return { 'wait', exact(come), exact(now) } end
return { 'ok', exact(now) }
