import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../../src/broadcasts/decision.ts';
import { canceledBySeries } from '../../../src/series/broadcasts-of-series.ts';

const entry = (type: HistoryEntry['type'], by: string): HistoryEntry => ({
  ...{ at: 0, type, by, from: 'scheduled', to: 'scheduled', reason: 'any words', request: null, answer: null },
});

describe('whether a series canceled its broadcast itself', () => {
  it.each([
    ['its own cancel', [entry('command', 'series:a'), entry('status', 'series:a')], true],
    ['a cancel that a worker completed', [entry('command', 'series:a'), entry('status', 'worker:1')], true],
    ['the cancel of a person', [entry('changed', 'series:a'), entry('command', 'api:x')], false],
    ['the cancel of another series', [entry('command', 'series:b')], false],
    ['no cancel', [entry('changed', 'series:a')], false],
  ])('%s: says who gave the last command, whatever the reason reads', (_name, history, expected) => {
    expect(canceledBySeries(history, 'a')).toBe(expected);
  });
});
