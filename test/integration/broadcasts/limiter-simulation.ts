import { Redis } from 'ioredis';
import type { AccountLimits } from '../../../src/broadcasts/store/commit-payload.ts';
import { scriptText, withLua } from '../../../src/broadcasts/store/lua-scripts.ts';
import { startRedis } from '../../support/redis-server.ts';

/** The limiter's scripts on a real Redis under a virtual clock, beside a list of what left that is counted by hand. */

export type Class = 'start' | 'stop' | 'read';
export interface Request {
  class: Class;
  /** Ms after the beginning. */
  due: number;
  /** Stands in line this long before it is due, ms; null: not at all. */
  booksEarly: number | null;
  /** How much later than asked it comes each time, ms. */
  lag: number;
  /** Leaves the line at this moment unless it has left, ms; left out: never. */
  canceledAt?: number;
  /** How much later than its claim it leaves, ms; null: never, its place is given back 30 ms later. Left out: at once. */
  leavesAfter?: number | null;
  /** See `ReadRank`. */
  dayShare?: number;
}
export interface Departure extends Request {
  token: string;
  /** When it was let go, and when it left, ms after the beginning. */
  claimedAt: number;
  at: number;
}
interface Waiting {
  request: Request;
  token: string;
  /** When it asks next, ms after the beginning. */
  asks: number;
  known: boolean;
}
export interface LimiterState {
  /** The moment, ms after the beginning. */
  now: number;
  left: Departure[];
  /** Let go, and about to give their places back. */
  held: { class: Class; at: number }[];
  waiting: Waiting[];
  /** What the window holds, ms. */
  span: number;
  most: number;
}

interface RunOptions {
  /** 429 until then, ms after the beginning. */
  pausedUntil?: number;
  /** Left out: one of its own. */
  account?: string;
  look?: (state: LimiterState) => void;
}

export const BEGIN = 1_800_000_000_000;
/** A commit that writes no record. */
const NOTHING = { changes: [], events: [], alerts: [], resolved: [], counts: [], audit: [] };
/** A worker whose turn is farther away than this comes back this long before it, ms. */
const HOLD_MS = 3_000;
const LEAD_MS = 2_000;

export async function openLimiter() {
  const server = await startRedis(['--appendfsync', 'no']);
  const redis = withLua(new Redis(server.url));
  const subscriber = new Redis(server.url);
  let woken: string[] = [];
  subscriber.on('message', (_, id: string) => woken.push(id));
  await subscriber.subscribe('ls:{0}:changed');
  redis.defineCommand('leaveLine', {
    numberOfKeys: 1,
    lua: `${scriptText('take_slot')}\nleave_line(KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]))`,
  });
  const leaveLine = redis as unknown as { leaveLine(...args: (string | number)[]): Promise<void> };
  let accounts = 0;

  /**
   * Runs the requests: each comes back when it is asked to, or when it is woken. `look` is called whenever all is done that is to be
   * done at a moment.
   */
  async function play(
    requests: Request[],
    limits: AccountLimits,
    { pausedUntil = 0, look, ...more }: RunOptions = {},
  ): Promise<Departure[]> {
    accounts += 1;
    const account = more.account ?? `a${accounts}`;
    if (pausedUntil > 0) await redis.hset(`ls:{0}:rate:${account}`, 'pausedUntil', BEGIN + pausedUntil);
    const { intervalMs, most = 1, daily } = limits;
    const rule = { account, interval: intervalMs, most, daily };
    const state: LimiterState = {
      now: 0,
      left: [],
      held: [],
      waiting: [],
      span: Math.ceil(intervalMs * most * 1e3 - 1e-3) / 1e3,
      most,
    };
    const given: { at: number; class: Class; fence: string; left: number | false }[] = [];
    state.waiting = requests.map((request, i) => ({
      request,
      token: `${request.class}:t${i}`,
      asks: request.due - (request.booksEarly ?? 0),
      known: false,
    }));

    const ask = async (one: Waiting) => {
      const { request, token } = one;
      const books = request.booksEarly !== null && state.now < request.due;
      const due = BEGIN + request.due;
      const when = books ? { earliest: due } : { notBefore: due };
      const fence = `${token}:${state.left.length}`;
      const [kind, until] = await redis.lsReserve(
        'ls:{0}:',
        JSON.stringify({
          ...rule,
          class: request.class,
          token,
          fence,
          now: BEGIN + state.now,
          ...when,
          dayShare: request.dayShare,
        }),
      );
      one.known = true;
      if (kind !== 'ok') {
        const askedAt = Number(until) - BEGIN;
        one.asks = (askedAt - state.now > HOLD_MS ? askedAt - LEAD_MS : askedAt) + request.lag;
        return;
      }
      state.waiting.splice(state.waiting.indexOf(one), 1);
      const { leavesAfter = 0 } = request;
      const left = leavesAfter === null ? false : state.now + leavesAfter;
      if (left !== state.now) given.push({ at: left || state.now + 30, class: request.class, fence, left });
      if (left === false) state.held.push({ class: request.class, at: state.now });
      else state.left.push({ ...request, token, claimedAt: state.now, at: left });
    };
    const settle = async () => {
      for (const one of given.filter(({ at }) => at <= state.now)) {
        given.splice(given.indexOf(one), 1);
        const at = one.left === false ? false : BEGIN + one.left;
        const { fence, class: cls } = one;
        if (at === false)
          state.held.splice(
            state.held.findIndex((held) => held.class === cls),
            1,
          );
        const departure = { account, class: cls, fence, at };
        await redis.lsCommit('ls:{0}:', JSON.stringify({ ...NOTHING, now: BEGIN + state.now, departure }));
      }
      for (const one of state.waiting.filter(({ request: { canceledAt } }) => (canceledAt ?? 1e9) <= state.now)) {
        state.waiting.splice(state.waiting.indexOf(one), 1);
        await leaveLine.leaveLine('ls:{0}:', account, one.request.class, one.token, BEGIN + state.now);
      }
    };
    /** Every moment at which something can begin to be allowed. */
    const next = () =>
      Math.min(
        ...state.waiting.flatMap(({ asks, request: { due, canceledAt = 1e9 } }) =>
          [asks, due, due + state.span, canceledAt].map(micro).filter((at) => at > state.now || at === asks),
        ),
        ...given.map(({ at }) => at),
        ...state.left.map(({ at }) => micro(at + state.span)).filter((at) => at > state.now),
      );
    for (let steps = 0; state.waiting.length > 0 || given.length > 0; steps += 1) {
      if (steps > 400 + requests.length * 60) throw new Error(`too many steps for ${requests.length} requests`);
      state.now = Math.max(state.now, next());
      await settle();
      await subscriber.ping();
      for (;;) {
        for (const one of state.waiting)
          if (woken.includes(one.token.slice(one.token.indexOf(':') + 1))) one.asks = state.now;
        woken = [];
        const asking = state.waiting.find(({ asks }) => asks <= state.now);
        if (!asking) break;
        await ask(asking);
        await subscriber.ping();
      }
      look?.(state);
    }
    return state.left;
  }

  return {
    play,
    close: async () => {
      redis.disconnect();
      subscriber.disconnect();
      await server.stop();
    },
  };
}

/** To the next whole microsecond, as Redis' clock counts. */
const micro = (ms: number) => Math.ceil(ms * 1e3 - 1e-2) / 1e3;

/** Most departures in any window of `ms`. */
export function peak(times: number[], ms: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let head = 0;
  return sorted.reduce((most, at, i) => {
    while (at - (sorted[head] as number) >= ms - 1e-4) head += 1;
    return Math.max(most, i - head + 1);
  }, 0);
}

/** Contract rule 5, counted one by one: may one more of this class leave now, the first of its line being due at `due`? */
export function mayLeave(state: LimiterState, cls: Class, due: number): boolean {
  const { now, left, waiting, span, most } = state;
  const within = [...left, ...state.held].filter(({ at }) => at > now - span + 1e-4);
  const ofClass = (wanted: Class) => within.filter((one) => one.class === wanted).length;
  const [stops, others] = [ofClass('stop'), within.length - ofClass('stop')];
  if (cls === 'stop') return within.length < most;
  const known = (wanted: Class) =>
    waiting.filter((one) => one.known && one.request.class === wanted && one.request.due <= now + span).length;
  const spare = Math.min(2, Math.floor(most / 3));
  const more = now >= due + span - 1e-4 ? Math.max(0, spare - 1) : spare;
  const room = most - others - Math.max(spare, stops + known('stop') + more);
  if (cls === 'start') return room > 0;
  return room > known('start') && ofClass('read') < Math.max(1, Math.floor(most / 3));
}
