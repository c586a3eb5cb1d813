import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latenessOf, median, peakWithin, quantile, spreadOf } from '../../../bench/support/statistics.ts';

describe('quantile', () => {
  it('is the value that this part of all does not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0, 0.5, 0.99, 1].map((part) => quantile(hundred, part))).toEqual([1, 50, 99, 100]);
  });

  it('compares numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('lies between the two in the middle, and leaves the list as it was', () => {
    const values = [4, 1, 3, 2];
    expect(median(values)).toBe(2.5);
    expect(values).toEqual([4, 1, 3, 2]);
  });

  it('is NaN of nothing', () => {
    expect(median([])).toBeNaN();
  });
});

it('shows a spread by its ends', () => {
  expect(spreadOf([7, 3, 5])).toEqual({ median: 5, least: 3, greatest: 7 });
});

it('shows the earliest of what left too early below zero', () => {
  expect(latenessOf([3, -2, 8])).toEqual({ first: -2, p50: 3, p99: 8, last: 8 });
});

describe('peakWithin', () => {
  it('counts what lies in one window, its end not included', () => {
    expect(peakWithin([0, 999, 1_000, 1_001], 1_000)).toBe(3);
    expect(peakWithin([0, 1_000, 2_000], 1_000)).toBe(1);
    expect(peakWithin([], 1_000)).toBe(0);
  });

  it('finds what counting from each moment finds, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 })), (moments) => {
        const counts = moments.map((from) => moments.filter((at) => at >= from && at < from + 50).length);
        expect(peakWithin(moments, 50)).toBe(Math.max(0, ...counts));
      }),
    );
  });
});
