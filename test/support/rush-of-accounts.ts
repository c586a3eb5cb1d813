import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import type { AccountUse } from '../../sandbox/rate-limits.ts';
import { type Installation, newMeetingId, type SandboxRequest, startInstallation } from './installation.ts';
import { until } from './wait-for.ts';

/**
 * The rush of contract rule 5: 300 starts of each of three accounts due in one second, stops due in it, and one start of a
 * fourth account; three worker processes against a sandbox that keeps Zoom's limits.
 */

const PLANS = { east: 'pro', west: 'pro', north: 'business', lone: 'pro' } as const;
type Account = keyof typeof PLANS;
const RUSHED: Account[] = ['east', 'west', 'north'];
/** The share of 0.9 of 30 and 80 a second. */
const SHARE: Record<Account, number> = { east: 27, west: 27, north: 72, lone: 27 };
const SPREAD_MS = 1_000;
const POLL_MS = 200;

export interface AccountRush {
  account: Account;
  share: number;
  /** Most requests in any sliding second, and refusals, as the sandbox saw them. */
  use: AccountUse;
  /** When each request was let go (Redis' time) and when each arrived at the sandbox, ms, both in order. */
  claims: number[];
  arrivals: number[];
  /** How much the ways from the claim to the sandbox differed, ms: up to JITTER_MS the sandbox sees the share kept. */
  spreadMs: number;
  /** From the first due moment to the arrival of the last start, ms, and what the share allows at best. */
  drainMs: number;
  idealMs: number;
  /** Latest stop, ms: due before the rush, and due in it. */
  stopMs: { calm: number; rush: number };
}

export interface RushReport {
  accounts: AccountRush[];
  /** Lateness of the one start of the fourth account, ms. */
  loneMs: number;
  /** The longest this process was kept from running, ms: what the machine takes from every process. */
  stalledMs: number;
}

/** @param starts of each account @param stops of each account, in the calm and in the rush */
export async function measureRush({ starts = 300, stops = 5, workers = 3 } = {}): Promise<RushReport> {
  const dir = await mkdtemp(join(tmpdir(), 'livestream-rush-'));
  const file = join(dir, 'accounts.json');
  const credentials = (name: Account) => ({
    accountId: `zoom-${name}`,
    clientId: name,
    clientSecret: `secret-${name}`,
  });
  const accounts = (Object.keys(PLANS) as Account[]).map((name) => ({ name, plan: PLANS[name], ...credentials(name) }));
  await writeFile(file, JSON.stringify({ accounts }));
  const installation = await startInstallation({
    workers,
    sandbox: {
      plan: 'pro',
      plans: Object.fromEntries(accounts.map(({ accountId, plan }) => [accountId, plan])),
      startedEventDelayMs: 50,
    },
    env: {
      ZOOM_ACCOUNT_ID: '',
      ZOOM_CLIENT_ID: '',
      ZOOM_CLIENT_SECRET: '',
      ZOOM_ACCOUNTS_FILE: file,
      PREFLIGHT: 'off',
    },
  });
  try {
    return await rush(installation, starts, stops);
  } finally {
    await installation.close();
    await rm(dir, { recursive: true, force: true });
  }
}

interface Plan {
  account: Account;
  meetingId: string;
  startAt: string;
  stopAt?: string;
}

async function rush(installation: Installation, starts: number, stops: number): Promise<RushReport> {
  const calmAt = Date.now() + 9_000;
  const at = calmAt + 7_000;
  const live = (due: number): Plan[] =>
    RUSHED.flatMap((account) =>
      Array.from({ length: stops }, () => ({
        account,
        meetingId: newMeetingId(),
        startAt: 'now',
        stopAt: new Date(due).toISOString(),
      })),
    );
  const calm = live(calmAt);
  const within = live(at + SPREAD_MS / 2);
  const due = (i: number) => new Date(at + Math.floor((i * SPREAD_MS) / starts)).toISOString();
  const lone: Plan = {
    account: 'lone',
    meetingId: newMeetingId(),
    startAt: new Date(at + SPREAD_MS / 2).toISOString(),
  };
  const watched = await watchClaims(installation);
  await schedule(installation, [...calm, ...within]);
  await schedule(installation, [
    ...Array.from({ length: starts }, (_, i) => i).flatMap((i) =>
      RUSHED.map((account): Plan => ({ account, meetingId: newMeetingId(), startAt: due(i) })),
    ),
    lone,
  ]);
  const wanted = RUSHED.length * (starts + 2 * stops) + 1;
  const accepted = async () => (await log(installation, 'start')).length >= wanted;
  await until(`${wanted} starts`, accepted, 60_000 + (starts / 20) * 1_000);
  const { claims, stalledMs } = await watched.close();
  const [started, stopped] = [await log(installation, 'start'), await log(installation, 'stop')];
  const all = (await installation.sandbox.control('GET', 'requests')).body.requests as Logged[];
  const uses = (await installation.sandbox.control('GET', 'accounts')).body.accounts as Record<string, AccountUse>;
  const startOf = (meetingId: string) => started.find((request) => request.meetingId === meetingId)?.at as number;
  return {
    stalledMs,
    loneMs: startOf(lone.meetingId) - Date.parse(lone.startAt),
    accounts: RUSHED.map((account) => ({
      account,
      ...journeys(
        claims[account],
        all.filter((one) => one.account === `zoom-${account}`),
        at,
      ),
      share: SHARE[account],
      use: uses[`zoom-${account}`] as AccountUse,
      drainMs: Math.max(...started.filter((one) => one.account === `zoom-${account}`).map((one) => one.at)) - at,
      idealMs: ((starts + stops) / SHARE[account]) * 1_000,
      stopMs: { calm: latest(calm, account, stopped), rush: latest(within, account, stopped) },
    })),
  };
}

/** Follows what the limiter knows of departures (each as it last heard of it), and how long this process is kept waiting, until it is closed. */
async function watchClaims({ redis: { url }, prefix }: Installation) {
  const redis = new Redis(url);
  const claims = {
    east: new Map<string, number>(),
    west: new Map<string, number>(),
    north: new Map<string, number>(),
    lone: new Map<string, number>(),
  };
  const look = async () => {
    for (const account of RUSHED) {
      const left = await redis.zrangebyscore(`${prefix}:{0}:left:${account}`, '-inf', '+inf', 'WITHSCORES');
      const known = claims[account];
      // The oldest expire; what is younger than they and gone was withdrawn before it left.
      const oldest = Number(left[1] ?? Number.POSITIVE_INFINITY);
      for (const [name, at] of known) if (at >= oldest) known.delete(name);
      for (let i = 0; i < left.length; i += 2) known.set(left[i] as string, Number(left[i + 1]));
    }
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  // A list holds a second's worth.
  const timer = setInterval(() => void look(), POLL_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await look();
      delay.disable();
      redis.disconnect();
      return { claims, stalledMs: delay.max / 1e6 };
    },
  };
}

/** The n-th arrival is taken for the n-th claim: their distances differ no more than the true ones do. */
function journeys(claimed: Map<string, number>, requests: Logged[], since: number) {
  const claims = [...claimed.values()].sort((a, b) => a - b);
  // Tokens are no part of the account's share.
  const calls = requests.filter(({ path }) => !path.endsWith('/oauth/token'));
  const arrivals = calls.map(({ at }) => at).sort((a, b) => a - b);
  // The first ones of all had to get a token on their way.
  const ways = arrivals.map((at, i) => at - (claims[i] ?? Number.NaN)).filter((_, i) => Number(claims[i]) >= since);
  return { claims, arrivals, spreadMs: Math.max(...ways) - Math.min(...ways) };
}

type Logged = SandboxRequest & { meetingId: string; account: string };

function latest(plans: Plan[], account: Account, stopped: Logged[]): number {
  const own = plans.filter((plan) => plan.account === account);
  const lateness = ({ meetingId, stopAt }: Plan) =>
    (stopped.find((request) => request.meetingId === meetingId)?.at ?? Number.NaN) - Date.parse(stopAt ?? '');
  return Math.max(...own.map(lateness));
}

async function schedule(installation: Installation, broadcasts: Plan[]): Promise<void> {
  for (let from = 0; from < broadcasts.length; from += 1_000) {
    const body = { broadcasts: broadcasts.slice(from, from + 1_000) };
    const reply = await installation.api('POST', '/v1/broadcasts/batch', body);
    if (reply.status !== 201) throw new Error(`batch: ${reply.status} ${reply.text}`);
  }
}

/** Accepted requests of one action. */
async function log(installation: Installation, action: string): Promise<Logged[]> {
  await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const { requests } = (await installation.sandbox.control('GET', `requests?action=${action}`)).body;
  return (requests as Logged[]).filter(({ accepted }) => accepted);
}
