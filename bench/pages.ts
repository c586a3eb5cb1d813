// What ten open control rooms cost the starts: rounds with no page, with ten, and with the CPU time of ten pages burnt without a request, in turn.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/pages.ts [rounds] [starts]
// Ten clients follow the events and ask what a page asks, and one page more is open in a real Chromium. Those who look at pages sit at
// other machines: here at another core, at the lowest priority, with Zoom; API, worker and Redis share the first core (`taskset`).
// ACCEPTANCE_DIST=<another build> measures that one.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { type Installation, newMeetingId, startInstallation } from '../test/support/installation.ts';
import { until } from '../test/support/wait-for.ts';
import { cpuOf, cpuOfFamily } from './support/processes.ts';
import { redisCounters } from './support/redis-use.ts';
import { latenessOf, quantile } from './support/statistics.ts';
import { type Figures, linesOf, type Measured } from './support/summary.ts';
import { tableOf } from './support/tables.ts';

const ROUNDS = Number(process.argv[2] ?? 4);
const STARTS = Number(process.argv[3] ?? 150);
const CLIENTS = 10;
/** Starts are due at random moments within this, ms. */
const WITHIN_MS = 12_000;
/** Pages are open and at rest by then, ms. */
const LEAD_MS = 4_000;
const PROBE = pathToFileURL(resolve('bench/support/loop-delay.mjs')).href;

const folder = mkdtempSync(join(tmpdir(), 'livestream-pages-'));
const on = await startInstallation({ env: { NODE_OPTIONS: `--import ${PROBE}`, LOOP_DELAY_DIR: folder } });
const redis = new Redis(on.redis.url);
for (const { pid } of [...on.apis, ...on.workers, on.redis]) pin(pid, 0);
pin(process.pid, 1);
const measured: Measured[] = [];
let set = 0;
try {
  // The first one warms up what all need.
  await round();
  for (let i = 1; i <= ROUNDS; i += 1) {
    keep(i, 'no page', (await round()).figures);
    const pages = await round(['pages', on.url, String(CLIENTS)]);
    keep(i, `${CLIENTS} pages`, pages.figures);
    keep(i, 'CPU burnt', (await round(['burn', String(pages.lookerMs)])).figures);
  }
  const shown = { measured, ratios: [], against: '', verdicts: [], notes: [] };
  console.log(tableOf({ title: `${ROUNDS} rounds of ${STARTS} starts each`, lines: linesOf(measured), ...shown }));
} finally {
  redis.disconnect();
  await on.close();
  rmSync(folder, { recursive: true });
}

/** One set of starts, beside what looks on. @returns figures of it, and the CPU time of those who look on, ms a second */
async function round(looker?: string[]): Promise<{ figures: Figures; lookerMs: number }> {
  set += 1;
  const program = looker ? await open(looker) : null;
  const from = Date.now() + LEAD_MS;
  await schedule(on, from);
  await sleepUntil(from);
  const before = await counters(program);
  await sleepUntil(from + WITHIN_MS + 500);
  const after = await counters(program);
  const seconds = (after.at - before.at) / 1_000;
  const lookerMs = Math.round((after.looker - before.looker) / seconds);
  await program?.close();
  await until(`${STARTS} starts`, async () => (await started(on)).length >= STARTS);
  const late = await started(on);
  const { p50, last } = latenessOf(late);
  const aSecond = (name: keyof typeof before) => Math.round((after[name] - before[name]) / seconds);
  return {
    lookerMs,
    figures: {
      'late, median ms': p50,
      '95 %': quantile(late, 0.95),
      last,
      'worker CPU ms/s': aSecond('worker'),
      'its loop late, 99 % ms': after.loop99,
      longest: after.loopMost,
      'API CPU ms/s': aSecond('api'),
      'Redis CPU ms/s': aSecond('redis'),
      'commands/s': aSecond('commands'),
      'scripts/s': aSecond('scripts'),
      'Redis sends KB/s': Math.round(aSecond('sent') / 1_024),
      'lookers CPU ms/s': lookerMs,
    },
  };
}

function keep(number: number, who: string, figures: Figures): void {
  measured.push({ what: 'starts', who, round: number, figures });
  console.log(`round ${number}, ${who}: ${JSON.stringify(figures)}`);
}

/** What everybody has used so far; the delays of the worker's event loop are those since the last call. */
async function counters(program: Opened | null) {
  const { cpuMs, commands, scripts, sent } = await redisCounters(redis);
  const [api, worker] = [on.apis[0]?.pid ?? 0, on.workers[0]?.pid ?? 0];
  const [loop99 = 0, loopMost = 0] = await loopDelay(worker);
  return {
    at: performance.now(),
    ...{ api: cpuOf(api), worker: cpuOf(worker), redis: cpuMs, commands, scripts, sent, loop99, loopMost },
    looker: program ? cpuOfFamily(program.pid) : 0,
  };
}

async function loopDelay(pid: number): Promise<number[]> {
  const read = () => {
    try {
      return readFileSync(join(folder, String(pid)), 'utf8');
    } catch {
      return '';
    }
  };
  const was = read();
  process.kill(pid, 'SIGUSR2');
  const is = await until('the worker has told its delays', () => read() !== was && read());
  return JSON.parse(is.trim().split('\n').at(-1) ?? '[]') as number[];
}

async function schedule({ api }: Installation, from: number): Promise<void> {
  const broadcasts = Array.from({ length: STARTS }, () => ({
    meetingId: newMeetingId(),
    startAt: new Date(from + Math.floor(Math.random() * WITHIN_MS)).toISOString(),
    duration: 'PT1H',
    labels: { set: String(set) },
  }));
  const made = await api('POST', '/v1/broadcasts/batch', { broadcasts });
  if (made.status !== 201) throw new Error(made.text);
}

/**
 * Lateness of the starts so far, ms, as the worker has measured it: Zoom shares a process with this program, which would see the
 * starts later than they left.
 */
async function started({ api }: Installation): Promise<number[]> {
  const { body } = await api('GET', `/v1/broadcasts?label=set=${set}&limit=1000`);
  const all = body.broadcasts as { startLatenessMs: number | null }[];
  return all.flatMap(({ startLatenessMs }) => startLatenessMs ?? []);
}

interface Opened {
  pid: number;
  close(): Promise<void>;
}

/** Runs `bench/support/page-clients.ts` at the lowest priority; resolves when its pages are open. */
async function open(what: string[]): Promise<Opened> {
  const program = ['--import', './test/support/run-typescript.mjs', 'bench/support/page-clients.ts', ...what];
  // It inherits the core of this process.
  const child: ChildProcess = spawn('nice', ['-n', '19', process.execPath, ...program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const early = ended.then(([code]) => {
    throw new Error(`page-clients.ts ended with ${code}`);
  });
  early.catch(() => {});
  await Promise.race([once(child.stdout as NonNullable<typeof child.stdout>, 'data'), early]);
  return {
    pid: child.pid ?? 0,
    async close() {
      child.stdin?.end();
      await ended;
    },
  };
}

/** Moves a process and its threads to one core; what it starts follows. */
function pin(pid: number, core: number): void {
  const { status, stderr } = spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)]);
  if (status !== 0) throw new Error(`taskset: ${stderr ?? 'is missing'}`);
}

function sleepUntil(at: number): Promise<void> {
  return new Promise((done) => setTimeout(done, at - Date.now()));
}
