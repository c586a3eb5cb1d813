import { describe, expect, it } from 'vitest';
import { parseBatch, parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { readHostileInput } from '../../support/properties/hostile-input.ts';
import { CONTEXT, GOOD, issuesOf } from './inputs.ts';

describe('many errors', () => {
  it('are reported all at once, those between fields too', () => {
    const found = issuesOf(() =>
      parseNewBroadcast(
        {
          kind: 'webinar',
          title: 5,
          startAt: '2026-01-01T00:00Z',
          stopAt: '2025-01-01T00:00Z',
          duration: 'PT1H',
          settings: { layout: 'follow_host', displayName: '', nope: 1 },
          labels: { 'a b': 1, c: 2 },
          nope: 1,
        },
        CONTEXT,
      ),
    );
    expect(Object.keys(found).sort()).toEqual(
      ['duration', 'labels.a b', 'labels.c', 'meetingId', 'nope', 'settings.displayName', 'settings.layout']
        .concat(['settings.nope', 'startAt', 'title'])
        .sort(),
    );
  });

  it('have the place of their broadcast in a batch', () => {
    const input = { broadcasts: [GOOD, { ...GOOD, startAt: 'x', settings: { layout: 'x' } }, 5], more: 1 };
    expect(Object.keys(issuesOf(() => parseBatch(input, CONTEXT)))).toEqual([
      'more',
      'broadcasts[1].settings.layout',
      'broadcasts[1].startAt',
      'broadcasts[2]',
    ]);
  });

  it.each([[{}], [{ broadcasts: [] }], [{ broadcasts: {} }], [{ broadcasts: Array(1001).fill(GOOD) }]])(
    'a batch has 1 to 1000 broadcasts (%#)',
    (input) =>
      expect(issuesOf(() => parseBatch(input, CONTEXT))).toEqual({ broadcasts: expect.stringContaining('1 to 1000') }),
  );

  it('a batch of 1000 good ones comes out in order', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...GOOD, meetingId: index + 1 }));
    expect(parseBatch({ broadcasts: many }, CONTEXT).map((item) => item.meetingId)).toEqual(
      many.map((item) => `${item.meetingId}`),
    );
  });
});

describe('hostile input', () => {
  it('__proto__ is a field like any other: refused by name', () => {
    const input: unknown = JSON.parse(
      `{"meetingId":"1","startAt":"now","__proto__":{"kind":"webinar"},"labels":{"__proto__":"x"}}`,
    );
    expect(Object.keys(issuesOf(() => parseNewBroadcast(input, CONTEXT)))).toEqual(['__proto__', 'labels.__proto__']);
  });

  it('a hundred thousand errors take no quadratic time', () => {
    const input = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`field${index}`, 1]));
    expect(Object.keys(issuesOf(() => parseNewBroadcast({ ...GOOD, ...input }, CONTEXT)))).toHaveLength(100_000);
  });

  // The long form is in test/proof/properties.test.ts.
  it('throws nothing but LivestreamError, each issue with a message', () => readHostileInput(100));
});
