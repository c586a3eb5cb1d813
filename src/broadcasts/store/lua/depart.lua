-- Notes when a request really left that left later than its claim: its place counts from then on.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { account, class, fence, at (ms), now? }
--
-- Answers  1
-- @include time_now
-- @include take_slot

local departure = cjson.decode(ARGV[1])
note_departure(KEYS[1], departure, time_now(departure.now))
return 1
