import { describe, expect, test } from 'vitest';
import { copyOf, isObject, parseKeepingIds, parseObject, sameJson } from '../../src/json.ts';

describe('sameJson', () => {
  test('the order of members does not count, at any depth', () => {
    expect(sameJson({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true);
  });

  test.each([
    ['another value', { a: 1 }, { a: 2 }],
    ['one member more', { a: 1 }, { a: 1, b: null }],
    ['the order of a list', [1, 2], [2, 1]],
    ['null and nothing', null, undefined],
    ['a list and an object', ['a'], { 0: 'a' }],
  ])('%s counts', (_what, a, b) => {
    expect(sameJson(a, b)).toBe(false);
  });
});

test('only objects are objects', () => {
  expect([{}, { a: 1 }, [], null, 'a', 1, undefined].map(isObject)).toEqual([true, true, ...Array(5).fill(false)]);
});

test('parseObject reads an object, and null from anything else', () => {
  expect(parseObject('{"a":[1]}')).toEqual({ a: [1] });
  expect(['[1]', 'null', '"a"', '', '{'].map(parseObject)).toEqual(Array(5).fill(null));
});

test('half a character becomes U+FFFD, whole ones stay', () => {
  const half = '{"a":["\\ud83c\\udfa5 \\uD83C","\\\\ud800"]}';
  const read = { a: ['\u{1f3a5} \ufffd', '\\ud800'] };
  expect(parseObject(half)).toEqual(read);
  expect(parseKeepingIds(half)).toEqual(read);
});

describe('a copy', () => {
  const value = JSON.parse('{"a":[1,{"b":null}],"c":{"d":"e"},"__proto__":{"f":[2]},"none":null}');
  value.missing = undefined;

  test('has the same members, one named __proto__ too', () => {
    expect(copyOf(value)).toStrictEqual(value);
    expect(Object.keys(copyOf(value))).toEqual(['a', 'c', '__proto__', 'none', 'missing']);
  });

  test('shares nothing with the original', () => {
    const before = JSON.stringify(value);
    const copy = copyOf(value);
    copy.a[1].b = 1;
    copy.a.push(2);
    copy.c.d = 2;
    Object.getOwnPropertyDescriptor(copy, '__proto__')?.value.f.push(3);
    expect(JSON.stringify(value)).toBe(before);
  });
});
