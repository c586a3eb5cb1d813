-- The next entries of several sorted sets, in one order, of which the stored text may hold what is searched for. Writes nothing.
-- It only leaves out records that cannot match; the reader of the answer decides about the others.
--
-- KEYS[1]  base of all keys of the shard
-- ARGV[1]  JSON as for page.lua, with `wanted`? (text in lower case; absent: only text beyond ASCII can match) and `digits`?
--          (part of a meeting number)
--
-- Examines at most `count` entries, some 3 µs each.
--
-- Answers  {id and score of the last entry examined, or '' and '' when it was the last of all;
--          id, text: one to compare in all its spellings, or '' when the record must be read; id, text, …}

local base = KEYS[1]
local page = cjson.decode(ARGV[1])
local after = page.after
-- @include page_entries

local call, find, lower, match = redis.pcall, string.find, string.lower, string.match
-- The ends of the names of fields, and what each must hold. A search for a rare first letter is quick.
local names, parts = { 'itle"', 'xternalId"' }, { page.wanted or false, page.wanted or false }
if page.digits then names[3], parts[3] = 'eetingId"', page.digits end

-- Nil: no match. It reads all fields with such a name, also labels: one too many does no harm.
local function text_to_compare(data)
  -- Missing or damaged: the reader of the record notices that.
  if type(data) ~= 'string' or not find(data, '}', -1, true) then return '' end
  local unsure
  for i = 1, #names do
    local name, part = names[i], parts[i]
    local _, last = find(data, name, 1, true)
    while last do
      local ascii = match(data, '^:"([^"\\\128-\255]*)"', last + 1)
      if ascii then
        if part and find(lower(ascii), part, 1, true) then return '' end
      else
        local text = match(data, '^%s*:%s*"([^"]*)', last + 1)
        if text and (i == 3 or find(text, '\\', 1, true)) then return '' end
        if text then unsure = unsure and unsure .. '\n' .. text or text end
      end
      _, last = find(data, name, last, true)
    end
  end
  return unsure
end

-- The next ids of several sets, in one order, and the score of the last. No list ends before `count` are taken, unless its set does.
local function merged()
  local lists, heads, starts = {}, {}, {}
  for i, name in ipairs(page.sets) do
    lists[i], heads[i] = read(base .. 'ix:' .. name), 1
    starts[i] = tonumber(lists[i][2])
  end
  local function comes_before(i, k)
    if starts[i] ~= starts[k] then return (starts[i] < starts[k]) ~= page.desc end
    local a, b = lists[i][heads[i]], lists[k][heads[k]]
    return a ~= b and before_or_same(a, b) ~= page.desc
  end
  local ids, score = {}, ''
  for _ = 1, page.count do
    local first
    for i = 1, #lists do
      if starts[i] and (not first or comes_before(i, first)) then first = i end
    end
    if not first then return ids, '' end
    local list, at = lists[first], heads[first]
    score, heads[first], starts[first] = list[at + 1], at + 2, tonumber(list[at + 3])
    -- A broadcast with several of the labels is in the set of each.
    if list[at] ~= ids[#ids] then ids[#ids + 1] = list[at] end
  end
  return ids, score
end

-- One set needs no scores, which take a quarter of the time.
local function next_ids()
  if #page.sets > 1 then return merged() end
  local set = base .. 'ix:' .. page.sets[1]
  local ids = read(set, true)
  return ids, #ids == page.count and call('ZSCORE', set, ids[#ids]) or ''
end

local ids, score = next_ids()
local found, texts = {}, {}
for i = 1, #ids do
  local text = text_to_compare(call('HGET', base .. 'b:' .. ids[i], 'd'))
  if text then found[#found + 1], texts[#texts + 1] = ids[i], text end
end
local answer = { score ~= '' and ids[#ids] or '', score }
-- Last, because it takes longer than reading the text, and most of them are left out by now.
local held = #found > 0 and held_by_all(found)
for i = 1, #found do
  if held[i] then answer[#answer + 1], answer[#answer + 2] = found[i], texts[i] end
end
return answer
