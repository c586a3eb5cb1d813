/**
 * Whether Redis' clock can be believed. Pure: readings in, decision out. All differences in ms.
 *
 * Each process carries on the time of the service with its own monotonic clock, and compares Redis' TIME with it. A
 * difference of more than `MAX_DIFFERENCE_MS` is a step: of Redis' clock, or of the time itself (NTP has set a wrong clock right).
 * The wall clocks of the machines decide which.
 */

/** The wall clock of one process, compared with Redis' TIME. */
export interface WallClock {
  /** The machine. Processes of one machine have one vote. */
  host: string;
  /** Wall clock minus Redis' TIME. */
  aheadMs: number;
}

export interface ClockReading {
  /** Monotonic. */
  at: number;
  /** Redis' TIME minus the time of the service as this process carries it on. */
  stepMs: number;
  /** Of all processes, this one included, none older than a few seconds. */
  walls: readonly WallClock[];
}

export interface ClockTrust {
  /**
   * `trusted`: Redis' TIME is the time of the service. `held`: it is unknown which time is right, so no start leaves.
   * `alone`: Redis is wrong; the service uses the time that its processes carry on.
   */
  kind: 'trusted' | 'held' | 'alone';
  /** Since when the readings have been as they are (monotonic). */
  since: number;
  /** What Redis' TIME differs by. */
  stepMs: number;
}

export interface ClockVerdict {
  trust: ClockTrust;
  /** Redis' time becomes the time of the service. */
  adopt: boolean;
}

/** Clocks that NTP keeps differ by some ms; a late reading of a busy machine by some hundred. */
export const MAX_DIFFERENCE_MS = 2_000;
/** Readings must agree for this long before starts continue: as long as the wall clocks of others count as fresh. */
export const HOLD_MS = 5_000;
/** A Redis clock that stays wrong for this long is ignored: starts continue, by the time of the processes. */
export const ALONE_AFTER_MS = 15_000;

export const trusted = (at: number): ClockTrust => ({ kind: 'trusted', since: at, stepMs: 0 });

/** What follows from one more reading. */
export function judge(before: ClockTrust, reading: ClockReading): ClockVerdict {
  const { at, stepMs, walls } = reading;
  const agrees = Math.abs(stepMs) <= MAX_DIFFERENCE_MS;
  if (before.kind === 'trusted' && agrees) return { trust: before, adopt: true };
  const changed = before.kind === 'trusted' || Math.abs(stepMs - before.stepMs) > MAX_DIFFERENCE_MS;
  if (changed) return { trust: { kind: 'held', since: at, stepMs }, adopt: false };
  const calmMs = at - before.since;
  if (calmMs < HOLD_MS) return { trust: before, adopt: false };
  if (agrees || isTimeOfMost(stepMs, walls)) return { trust: trusted(at), adopt: true };
  const kind = before.kind === 'alone' || calmMs >= ALONE_AFTER_MS ? 'alone' : 'held';
  return { trust: { ...before, kind }, adopt: false };
}

/** Whether more machines show Redis' new time than the time before the step. On a tie, the time stays. */
function isTimeOfMost(stepMs: number, walls: readonly WallClock[]): boolean {
  return machinesAt(0, walls) > machinesAt(-stepMs, walls);
}

/** How many machines have a wall clock this far ahead of Redis. */
function machinesAt(aheadMs: number, walls: readonly WallClock[]): number {
  const near = walls.filter((wall) => Math.abs(wall.aheadMs - aheadMs) <= MAX_DIFFERENCE_MS);
  return new Set(near.map(({ host }) => host)).size;
}

/** How far a machine's wall clock is off the time of the service; null while it agrees, or while that time is not known. */
export function offBy(wall: WallClock, trust: ClockTrust): number | null {
  if (trust.kind === 'held') return null;
  const off = wall.aheadMs + trust.stepMs;
  return Math.abs(off) > MAX_DIFFERENCE_MS ? off : null;
}

/** Another process, as it has published itself. */
export interface Peer extends WallClock {
  /** The time of the service as it carries it on, minus Redis' TIME. */
  serviceAheadMs: number;
}

/**
 * A process that has just started can compare Redis only with the other processes.
 * @returns how far the time of the service is ahead of Redis' TIME; 0: Redis is right
 */
export function serviceTimeAtStart(own: WallClock, peers: readonly Peer[]): number {
  const differing = peers.map(({ serviceAheadMs }) => serviceAheadMs).filter((ms) => Math.abs(ms) > MAX_DIFFERENCE_MS);
  if (differing.length * 2 > peers.length) return median(differing);
  const walls = [own, ...peers];
  const others = walls.filter(({ aheadMs }) => Math.abs(aheadMs) > MAX_DIFFERENCE_MS);
  const candidate = others.find(({ aheadMs }) => machinesAt(aheadMs, walls) > Math.max(1, machinesAt(0, walls)));
  return candidate?.aheadMs ?? 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
