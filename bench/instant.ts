// One account's starts at one instant, beside the bare loop of undici in the same run:
//   npm run build && node --import ./test/support/run-typescript.mjs bench/instant.ts [rounds]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { type Installation, newMeetingId, startInstallation } from '../test/support/installation.ts';
import { until } from '../test/support/wait-for.ts';
import { peakWithin } from './rush.ts';
import { type Arrival, startTarget, type Target } from './support/target.ts';

/** Share of each account: nine tenths of Zoom's limit. */
const LIMIT = { wide: 80, narrow: 30, lone: 30 };
const SHARE = { wide: 72, narrow: 27, lone: 27 };
const PLAN = { wide: 'business', narrow: 'pro', lone: 'pro' };
type Account = keyof typeof SHARE;
const RUSH = 300;
/** From the first due moment of the rush, ms. */
const STOP_AT_MS = 5_500;
const LONE_STARTS = 8;

const rounds = Number(process.argv[2] ?? 3);
const target = await startTarget(LIMIT);
const dir = await mkdtemp(join(tmpdir(), 'livestream-instant-'));
const file = join(dir, 'accounts.json');
const accounts = (Object.keys(PLAN) as Account[]).map((name) => ({
  name,
  accountId: `zoom-${name}`,
  accessToken: name,
  plan: PLAN[name],
}));
await writeFile(file, JSON.stringify({ accounts }));
const installation = await startInstallation({
  webhooks: false,
  env: {
    ZOOM_API_URL: `${target.url}/v2`,
    ZOOM_ACCOUNT_ID: '',
    ZOOM_CLIENT_ID: '',
    ZOOM_CLIENT_SECRET: '',
    ZOOM_ACCOUNTS_FILE: file,
    PREFLIGHT: 'off',
  },
});
try {
  const bursts = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const starts of [20, 70]) {
      bursts.push({ who: 'bare undici loop', starts, ...(await bareLoop(target, starts)) });
      bursts.push({ who: 'livestream', starts, ...(await burst(installation, target, starts)) });
    }
  }
  console.table(summary(bursts));
  console.table([await rush(installation, target)]);
} finally {
  await installation.close();
  await target.close();
  await rm(dir, { recursive: true, force: true });
}

/** Ms after the moment, p50 and the last; and the most in a second. */
function figures(arrived: Arrival[], due: number) {
  const late = arrived.map(({ at }) => at - due).sort((a, b) => a - b);
  return { p50: late[Math.floor(late.length / 2)] ?? Number.NaN, last: late.at(-1) ?? Number.NaN, first: late[0] ?? 0 };
}

async function bareLoop(at: Target, starts: number) {
  const agent = new Agent({ keepAliveTimeout: 60_000 });
  const send = (path: string) =>
    agent
      .request({
        origin: at.url,
        path,
        method: 'PATCH',
        headers: { authorization: 'Bearer bare', 'content-type': 'application/json' },
        body: '{"action":"start"}',
      })
      .then(({ body }) => body.dump());
  const all = (name: string) => Promise.all(Array.from({ length: starts }, (_, i) => send(`/${name}/${i}`)));
  const name = `bare-${newMeetingId()}`;
  await all('warm');
  const due = Date.now() + 1_000;
  await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
  await all(name);
  await agent.close();
  return figures(
    (await at.arrivals()).filter(({ path }) => path.startsWith(`/${name}/`)),
    due,
  );
}

interface Plan {
  account: Account;
  meetingId: string;
  startAt: string;
  stopAt?: string;
}

function plan(account: Account, due: number | 'now', stopAt?: number): Plan {
  return {
    account,
    meetingId: newMeetingId(),
    startAt: due === 'now' ? due : new Date(due).toISOString(),
    ...(stopAt === undefined ? {} : { stopAt: new Date(stopAt).toISOString() }),
  };
}

async function burst(on: Installation, at: Target, starts: number) {
  const due = Date.now() + 5_000;
  const plans = Array.from({ length: starts }, () => plan('wide', due));
  await schedule(on, plans);
  return figures(await arrived(at, plans, 'start'), due);
}

/** Starts of one account at one instant, a stop in the middle, and starts of another account before and beside it. */
async function rush(on: Installation, at: Target) {
  const calm = Date.now() + 5_000;
  const due = calm + LONE_STARTS * 500 + 3_000;
  const lone = (from: number) => Array.from({ length: LONE_STARTS }, (_, i) => plan('lone', from + i * 510));
  const [before, beside] = [lone(calm), lone(due)];
  const ending = plan('narrow', 'now', due + STOP_AT_MS);
  const plans = Array.from({ length: RUSH }, () => plan('narrow', due));
  await schedule(on, [ending, ...before, ...beside, ...plans]);
  const starts = await arrived(at, plans, 'start');
  const [stop] = await arrived(at, [ending], 'stop');
  const worst = async (some: Plan[]) => {
    const came = await arrived(at, some, 'start');
    return Math.max(...came.map(({ path, at: then }) => then - dueOf(some, path)));
  };
  const narrow = (await at.arrivals()).filter(({ token }) => token === 'narrow');
  const idealMs = Math.floor((RUSH - 1) / SHARE.narrow) * 1_000;
  const { last } = figures(starts, due);
  return {
    starts: RUSH,
    'drained in, ms': round(last),
    'ideal, ms': idealMs,
    ratio: round(last / idealMs, 3),
    share: SHARE.narrow,
    'most in a second': peakWithin(
      narrow.map(({ at: then }) => then).sort((a, b) => a - b),
      1_000,
    ),
    429: narrow.filter(({ status }) => status === 429).length,
    'stop late, ms': round((stop?.at ?? Number.NaN) - due - STOP_AT_MS),
    'other account, calm, ms': round(await worst(before)),
    'beside, ms': round(await worst(beside)),
  };
}

function dueOf(plans: Plan[], path: string): number {
  const own = plans.find(({ meetingId }) => path.includes(`/${meetingId}/`));
  return Date.parse(own?.startAt ?? '');
}

async function schedule(on: Installation, broadcasts: Plan[]): Promise<void> {
  const reply = await on.api('POST', '/v1/broadcasts/batch', { broadcasts });
  if (reply.status !== 201) throw new Error(`batch: ${reply.status} ${reply.text}`);
}

/** The first request of each with this action, once all are there. */
async function arrived(at: Target, plans: Plan[], action: string): Promise<Arrival[]> {
  const ids = new Set(plans.map(({ meetingId }) => meetingId));
  const own = async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const all = (await at.arrivals()).filter((one) => one.action === action && one.status !== 429);
    const found = all.filter(({ path }) => ids.has(path.split('/')[3] ?? ''));
    return found.length >= plans.length && found;
  };
  return until(`${plans.length} requests to ${action}`, own, 120_000);
}

function summary(bursts: { who: string; starts: number; p50: number; last: number; first: number }[]) {
  const kinds = [...new Set(bursts.map(({ who, starts }) => `${starts} at one instant: ${who}`))];
  return kinds.map((kind) => {
    const own = bursts.filter(({ who, starts }) => `${starts} at one instant: ${who}` === kind);
    const middle = (values: number[]) => round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
    const lasts = own.map(({ last }) => last);
    return {
      kind,
      'first, ms': middle(own.map(({ first }) => first)),
      'p50, ms': middle(own.map(({ p50 }) => p50)),
      'last, ms': middle(lasts),
      'last, spread': `${round(Math.min(...lasts))} to ${round(Math.max(...lasts))}`,
    };
  });
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
