-- Part: reads the index entries of a page after its cursor. Needs `base`, `page` and `after` (see page.lua).

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

local function read(set, ids_only)
  local skip = after and (page.desc and from_on(set) or up_to(set)) or 0
  local command, first, last = 'ZRANGEBYSCORE', page.min, page.max
  if page.desc then command, first, last = 'ZREVRANGEBYSCORE', page.max, page.min end
  if ids_only then return redis.call(command, set, first, last, 'LIMIT', skip, page.count) end
  return redis.call(command, set, first, last, 'LIMIT', skip, page.count, 'WITHSCORES')
end
