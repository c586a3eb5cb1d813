import type { z } from 'zod';
import type { Issues } from './issues.ts';

/** Maximum length of an unknown name in a path, in characters. */
const MAX_NAME = 200;

/** The input as its schema has it, or null. Every issue is added, and every unknown field by its path: `filter.ids[3]`. */
export function readSchema<Output>(schema: z.ZodType<Output>, input: unknown, issues: Issues): Output | null {
  const { success, data, error } = schema.safeParse(input);
  for (const issue of error?.issues ?? []) {
    const path = pathOf(issue.path);
    if (issue.code !== 'unrecognized_keys') issues.add(path, issue.message);
    else for (const key of issue.keys) addUnknownField(path ? `${path}.${key}` : key, issues);
  }
  return success ? data : null;
}

function pathOf(parts: readonly PropertyKey[]): string {
  return parts
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

/** `known`: the names that are valid there, of which one may have been meant; `synonyms`: other words for them, in lower case. */
export function addUnknownField(
  path: string,
  issues: Issues,
  more: {
    known?: readonly string[];
    synonyms?: ReadonlyMap<string, string>;
    isReadOnly?: boolean;
    prefix?: string;
  } = {},
): void {
  const { known = [], synonyms, isReadOnly = false, prefix } = more;
  const plain = (name: string) => name.toLowerCase().replace(/[_-]/g, '');
  const given = plain(path.slice(path.lastIndexOf('.') + 1));
  const meant = synonyms?.get(given) ?? known.find((name) => plain(name) === given);
  const message = isReadOnly ? 'is read-only' : 'is not a known field';
  const text = meant ? `${message}; did you mean ${meant}?` : message;
  issues.add(path.slice(0, MAX_NAME), text, prefix, isReadOnly ? 'read_only' : 'unknown_field');
}
