import { describe, expect, it } from 'vitest';
import {
  ALONE_AFTER_MS,
  type ClockTrust,
  HOLD_MS,
  judge,
  offBy,
  serviceTimeAtStart,
  trusted,
  type WallClock,
} from '../../../src/redis/clock-trust.ts';

const HOUR = 3_600_000;
const walls = (...ahead: number[]): WallClock[] => ahead.map((aheadMs, i) => ({ host: `m${i}`, aheadMs }));

/** Reads once a second for `seconds`, from `from` (ms). */
function read(before: ClockTrust, from: number, seconds: number, stepMs: number, seen: WallClock[]): ClockTrust {
  let trust = before;
  for (let s = 0; s < seconds; s += 1) trust = judge(trust, { at: from + s * 1_000, stepMs, walls: seen }).trust;
  return trust;
}

describe("trust in Redis' clock", () => {
  it('goes on while readings differ by less than two seconds', () => {
    expect(read(trusted(0), 0, 60, 1_900, walls(0, 0)).kind).toBe('trusted');
  });

  it('ends with the first reading that differs by more', () => {
    expect(read(trusted(0), 0, 1, -2_100, walls(0, 0))).toMatchObject({ kind: 'held', stepMs: -2_100 });
  });

  it('comes back some seconds after a step of ten seconds', () => {
    const held = read(trusted(0), 0, 10, HOUR, walls(-HOUR, -HOUR));
    expect(held.kind).toBe('held');
    expect(read(held, 10_000, HOLD_MS / 1_000, 0, walls(0, 0)).kind).toBe('held');
    expect(read(held, 10_000, HOLD_MS / 1_000 + 1, 0, walls(0, 0)).kind).toBe('trusted');
  });

  it('takes the new time after a short hold, when most machines show it', () => {
    const held = read(trusted(0), 0, HOLD_MS / 1_000, -HOUR, walls(0, 0, HOUR));
    expect(held.kind).toBe('held');
    const next = judge(held, { at: HOLD_MS, stepMs: -HOUR, walls: walls(0, 0, HOUR) });
    expect(next).toMatchObject({ trust: { kind: 'trusted' }, adopt: true });
  });

  it.each([
    { title: 'no machine shows the new time', seen: walls(-HOUR, -HOUR) },
    { title: 'as many show the new time as the old', seen: walls(0, -HOUR) },
  ])('leaves Redis aside when its clock stays away and $title', ({ seen }) => {
    const seconds = ALONE_AFTER_MS / 1_000;
    expect(read(trusted(0), 0, seconds, HOUR, seen).kind).toBe('held');
    expect(read(trusted(0), 0, seconds + 1, HOUR, seen).kind).toBe('alone');
  });

  it('counts the processes of one machine once', () => {
    const seen = [
      ...walls(-HOUR, -HOUR),
      { host: 'm9', aheadMs: 0 },
      { host: 'm9', aheadMs: 0 },
      { host: 'm9', aheadMs: 1 },
    ];
    expect(read(trusted(0), 0, 20, HOUR, seen).kind).toBe('alone');
  });
});

describe('whose clock is off', () => {
  it('is the machine that differs from the time of the service', () => {
    expect(offBy({ host: 'a', aheadMs: 60_000 }, trusted(0))).toBe(60_000);
    expect(offBy({ host: 'a', aheadMs: 500 }, trusted(0))).toBeNull();
    expect(offBy({ host: 'a', aheadMs: -HOUR }, { kind: 'alone', since: 0, stepMs: HOUR })).toBeNull();
  });

  it('is not said while it is not known which time is right', () => {
    expect(offBy({ host: 'a', aheadMs: HOUR }, { kind: 'held', since: 0, stepMs: HOUR })).toBeNull();
  });
});

describe('a process that has just started', () => {
  const own = { host: 'new', aheadMs: -HOUR };
  it('believes Redis when nobody says otherwise', () => {
    expect(serviceTimeAtStart(own, [])).toBe(0);
  });

  it('takes the time of the others that have left Redis aside', () => {
    expect(serviceTimeAtStart(own, [{ host: 'a', aheadMs: -HOUR, serviceAheadMs: -HOUR }])).toBe(-HOUR);
  });

  it('takes the time of two machines rather than that of Redis', () => {
    expect(serviceTimeAtStart(own, [{ host: 'a', aheadMs: -HOUR, serviceAheadMs: 0 }])).toBe(-HOUR);
  });
});
