-- Rebuilds the sorted plan of a meeting from its hash. For migrations.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV     <account>:<meeting>
-- @include meeting_plan

ensure_plan(KEYS[1], ARGV[1], true)
return 1
