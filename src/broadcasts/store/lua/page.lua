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

-- Redis orders members by bytes; Lua's own comparison uses the locale.
local function before_or_same(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return #a <= #b
end

-- Number of members up to `after` among those with its score, in ascending order: thousands may start at one moment.
local function up_to(set)
  local first = redis.call('ZCOUNT', set, '-inf', '(' .. after.score)
  local low, high = 0, redis.call('ZCOUNT', set, after.score, after.score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local member = redis.call('ZRANGE', set, first + middle, first + middle)[1]
    if before_or_same(member, after.id) then low = middle + 1 else high = middle end
  end
  return low, first + low
end

-- From the other end: the members with this score from `after` on.
local function from_on(set)
  local count, next_rank = up_to(set)
  local all = redis.call('ZCOUNT', set, after.score, after.score)
  local own = count > 0 and redis.call('ZRANGE', set, next_rank - 1, next_rank - 1)[1] == after.id
  return all - count + (own and 1 or 0)
end

-- The ids that every other group contains: one command per set, whatever its size.
local function held_by_all(ids)
  local held = {}
  for i = 1, #ids do held[i] = true end
  for _, group in ipairs(page.also) do
    local any = {}
    for _, name in ipairs(group) do
      for i, score in ipairs(redis.call('ZMSCORE', base .. 'ix:' .. name, unpack(ids))) do
        if score then any[i] = true end
      end
    end
    for i = 1, #ids do held[i] = held[i] and any[i] end
  end
  return held
end

local function read(set)
  if page.desc then
    local skip = after and from_on(set) or 0
    return redis.call('ZREVRANGEBYSCORE', set, page.max, page.min, 'WITHSCORES', 'LIMIT', skip, page.count)
  end
  local skip = after and up_to(set) or 0
  return redis.call('ZRANGEBYSCORE', set, page.min, page.max, 'WITHSCORES', 'LIMIT', skip, page.count)
end

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
