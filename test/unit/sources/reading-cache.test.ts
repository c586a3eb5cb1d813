import { beforeEach, describe, expect, it } from 'vitest';
import { readSource } from '../../../src/sources/read-source.ts';
import { ReadingCache } from '../../../src/sources/reading-cache.ts';
import { SOURCE_DEFAULTS, type Source } from '../../../src/sources/source.ts';

const NOW = Date.parse('2030-12-02T12:00:00Z');
const MINUTE = 60_000;
const source: Source = {
  ...{ name: 'law', kind: 'csv', url: null, every: 'PT15M', timezone: 'UTC', account: null, labels: {} },
  ...{ ...SOURCE_DEFAULTS, dateOrder: null, ignoreColumns: false, prune: false, brake: 1, paused: false },
  ...{ createdAt: 0, updatedAt: 0 },
};
const file = (...starts: string[]) =>
  Buffer.from(
    `id,meeting,start,duration\n${starts.map((start, i) => `r${i},${81_000_000_000 + i},${start},60`).join('\n')}\n`,
  );
const LATER = file('2030-12-04 09:00');

let cache: ReadingCache;
beforeEach(() => {
  cache = new ReadingCache();
});
const keep = (content: Buffer, of = source, now = NOW) => {
  const reading = readSource(of, content, now);
  cache.keep(of, content, now, reading);
  return reading;
};

describe('the reading of a source', () => {
  it('is used again for the same bytes, up to an hour', () => {
    const reading = keep(LATER);
    expect(cache.find(source, Buffer.from(LATER), NOW)).toBe(reading);
    expect(cache.find(source, LATER, NOW + 59 * MINUTE)).toBe(reading);
    expect(cache.find(source, LATER, NOW + 60 * MINUTE)).toBeNull();
    expect(cache.find(source, LATER, NOW - 1)).toBeNull();
  });

  it.each<[string, Partial<Source>]>([
    ['zone', { timezone: 'Europe/Berlin' }],
    ['account', { account: 'north' }],
    ['labels', { labels: { room: 'A' } }],
    ['order of dates', { dateOrder: 'day-first' }],
    ['name', { name: 'other' }],
  ])('is made anew with another %s', (_name, change) => {
    keep(LATER);
    expect(cache.find({ ...source, ...change }, LATER, NOW)).toBeNull();
  });

  it('is made anew for other bytes', () => {
    keep(LATER);
    expect(cache.find(source, file('2030-12-04 09:01'), NOW)).toBeNull();
  });

  it('is made anew when one of its events begins, and when it ends', () => {
    const reading = keep(file('2030-12-02 12:20', '2030-12-04 09:00'));
    expect(cache.find(source, file('2030-12-02 12:20', '2030-12-04 09:00'), NOW + 20 * MINUTE - 1)).toBe(reading);
    expect(cache.find(source, file('2030-12-02 12:20', '2030-12-04 09:00'), NOW + 20 * MINUTE)).toBeNull();
    const begun = file('2030-12-02 11:30');
    expect(cache.find(source, begun, NOW)).toBeNull();
    const second = keep(begun);
    expect(cache.find(source, begun, NOW + 30 * MINUTE - 1)).toBe(second);
    expect(cache.find(source, begun, NOW + 30 * MINUTE)).toBeNull();
  });

  it('while it is kept is what reading anew would say', () => {
    const starts = ['2030-12-02 11:59', '2030-12-02 12:10', '2030-12-02 12:45', '2030-12-09 09:00'];
    const content = file(...starts);
    keep(content);
    for (let minute = 0; minute <= 90; minute += 1) {
      const now = NOW + minute * MINUTE;
      const anew = readSource(source, content, now);
      expect(cache.find(source, content, now) ?? keep(content, source, now)).toEqual(anew);
    }
  });

  it('is kept for what fits in memory: the longest unused goes first', () => {
    const large = file('2031-01-02 09:00', '2031-01-02 10:00');
    // Two events each, and one for the reading.
    cache = new ReadingCache(6);
    const reading = readSource(source, large, NOW);
    for (const name of ['a', 'b']) cache.keep({ ...source, name }, large, NOW, reading);
    expect(cache.find({ ...source, name: 'a' }, large, NOW)).toBe(reading);
    cache.keep({ ...source, name: 'c' }, large, NOW, reading);
    expect(['a', 'b', 'c'].map((name) => cache.find({ ...source, name }, large, NOW) !== null)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('counts everything that was read of the file, not only its events', () => {
    const reading = readSource(source, LATER, NOW);
    if (reading.kind !== 'read') throw new Error('cannot be read');
    const { checked } = reading;
    const issue = { row: 1, path: 'start', message: 'x', kind: 'fault' as const };
    const more: Partial<typeof checked>[] = [
      { skipped: [{ row: 1, why: 'it is over' }] },
      { issues: [issue] },
      { warnings: [{ row: 1, message: 'x' }] },
      { notes: ['x'] },
      { families: new Set([...checked.families, 'f']) },
      { unsure: new Set([...checked.unsure, 'f']) },
    ];
    cache.keep(source, LATER, NOW, reading);
    const { size } = cache;
    expect(size).toBe(2 + checked.skipped.length + checked.families.size);
    for (const one of more) {
      cache.keep(source, LATER, NOW, { ...reading, checked: { ...checked, ...one } });
      expect(cache.size, Object.keys(one)[0]).toBe(size + 1);
    }
  });

  it('drives out no other when it alone is too large', () => {
    cache = new ReadingCache(3);
    keep(LATER);
    keep(file('2031-01-02 09:00', '2031-01-02 10:00', '2031-01-02 11:00'), { ...source, name: 'large' });
    expect(cache.find(source, LATER, NOW)).not.toBeNull();
    expect(cache.size).toBe(2);
  });

  it('of which nothing is planned takes memory, too', () => {
    const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
    const reading = readSource(source, LATER, NOW);
    if (reading.kind !== 'read') throw new Error('cannot be read');
    const nothing = { ...reading, checked: { ...reading.checked, events: [] } };
    cache = new ReadingCache(10);
    for (const name of names) cache.keep({ ...source, name }, LATER, NOW, nothing);
    expect(cache.size).toBeLessThanOrEqual(10);
    expect(cache.find({ ...source, name: 's19' }, LATER, NOW)).toBe(nothing);
    expect(cache.find({ ...source, name: 's0' }, LATER, NOW)).toBeNull();
  });

  it('does not stay of a source that is removed', () => {
    keep(LATER, { ...source, name: 'removed' });
    keep(LATER, source, NOW + 60 * MINUTE);
    const { size } = cache;
    cache = new ReadingCache();
    keep(LATER, source, NOW + 60 * MINUTE);
    expect(size).toBe(cache.size);
  });

  it('is not kept of what cannot be used, and not of Zoom, which is asked each time', () => {
    const broken = Buffer.from('speaker\nx\n');
    keep(broken);
    expect(cache.find(source, broken, NOW)).toBeNull();
    const zoom: Source = { ...source, kind: 'zoom', name: 'zoom' };
    const listing = Buffer.from(JSON.stringify({ meetings: [], notes: [] }));
    cache.keep(zoom, listing, NOW, readSource(source, LATER, NOW));
    expect(cache.find(zoom, listing, NOW)).toBeNull();
  });
});
