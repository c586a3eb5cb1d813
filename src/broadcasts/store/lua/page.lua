-- The next entries of several sorted sets (score: `startAt`, member: id), each separately, all at one moment. Writes nothing.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON: { sets: [name], also: [[name]], min, max: bounds as of ZRANGEBYSCORE, desc: bool, count: number,
--                  after?: { score: text, id } }: entries up to this one are skipped
--
-- Reads at most `count` entries of each set. An entry is left out when one of the groups in `also` has no set that holds it.
--
-- Answers  for each set {id and score of the last entry read, or '' and '' when it was the last of the set; id, score, id, score, …}

local base = KEYS[1]
local page = cjson.decode(ARGV[1])
local after = page.after

-- @include page_entries

local places = {}
for i, name in ipairs(page.sets) do
  local entries = read(base .. 'ix:' .. name)
  local more = #entries == page.count * 2
  local answer = { more and entries[#entries - 1] or '', more and entries[#entries] or '' }
  local ids = {}
  for n = 1, #entries, 2 do table.insert(ids, entries[n]) end
  local held = #ids > 0 and held_by_all(ids) or {}
  for n, id in ipairs(ids) do
    if held[n] then
      table.insert(answer, id)
      table.insert(answer, entries[n * 2])
    end
  end
  places[i] = answer
end
return places
