import type { Redis } from 'ioredis';
import { KEYS } from '../../src/broadcasts/store/keys.ts';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const places = (pattern: string) => pattern.split('<').length;
/** The most exact first: `ix:all` before `ix:<index>`, `circuit:<account>:<class>:failing` before `circuit:<account>:<class>`. */
const PATTERNS = Object.entries(KEYS)
  .map(([pattern, type]) => ({
    ...{ pattern, type },
    match: new RegExp(
      `^${pattern
        .split(/<[^>]*>/)
        .map(escaped)
        .join('.+')}$`,
      's',
    ),
  }))
  .sort((a, b) => places(a.pattern) - places(b.pattern) || b.pattern.length - a.pattern.length);

/** The entry of the list that a name (without the base) belongs to; undefined: none. */
export function entryOf(name: string): { pattern: string; type: string } | undefined {
  return PATTERNS.find(({ match }) => match.test(name));
}

/** What stands in Redis and is not as the list says, and which entries of the list were seen. */
export async function compareWithList(redis: Redis, base: string): Promise<{ wrong: string[]; seen: Set<string> }> {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const key of await redis.keys('*')) {
    const entry = key.startsWith(base) ? entryOf(key.slice(base.length)) : undefined;
    const type = await redis.type(key);
    if (type === 'none') continue;
    if (!entry) wrong.push(`${key} is not in the list`);
    else if (entry.type !== 'any' && entry.type !== type) wrong.push(`${key} is a ${type}, not a ${entry.type}`);
    else seen.add(entry.pattern);
  }
  return { wrong, seen };
}
