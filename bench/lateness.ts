// How late requests leave on this machine: starts at random moments, a start after the host has come, a start after a 429.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/lateness.ts [starts]
import { type Installation, newMeetingId, startInstallation } from '../test/support/installation.ts';
import { until } from '../test/support/wait-for.ts';
import { startLimited } from '../test/support/zoom-responses.ts';

const STARTS = Number(process.argv[2] ?? 200);
const WITHIN_MS = 20_000;
const REPEATS = 10;
const START_RETRY_MS = 3_000;

const installation = await startInstallation({ workers: 2, env: { START_RETRY_MS: String(START_RETRY_MS) } });
try {
  print('starts at random moments, after they were due', await randomStarts(installation));
  print('a start after meeting.started', await repeat(() => afterHostCame(installation)));
  print(`a start after a 429 and ${START_RETRY_MS} ms`, await repeat(() => afterLimit(installation)));
} finally {
  await installation.close();
}

/** Lateness of each start, ms. */
async function randomStarts({ api, sandbox }: Installation): Promise<number[]> {
  const first = Date.now() + 4_000;
  const due = new Map<string, number>();
  for (let i = 0; i < STARTS; i += 1) due.set(newMeetingId(), first + Math.floor(Math.random() * WITHIN_MS));
  const broadcasts = [...due].map(([meetingId, at]) => ({ meetingId, startAt: new Date(at).toISOString() }));
  await api('POST', '/v1/broadcasts/batch', { broadcasts });
  const arrived = await until(`${STARTS} starts`, async () => {
    const { requests } = (await sandbox.control('GET', 'requests?action=start')).body;
    return requests.length >= STARTS && (requests as { meetingId: string; at: number }[]);
  });
  return arrived.map(({ meetingId, at }) => at - (due.get(meetingId) ?? Number.NaN));
}

/** From the event to the arrival of the start, ms. */
async function afterHostCame(on: Installation): Promise<number> {
  const meetingId = newMeetingId();
  await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
  const made = await on.schedule({ meetingId });
  await on.waitForStatus(made.id, 'waiting');
  const cameAt = Date.now();
  await on.sandbox.control('POST', `meetings/${meetingId}/start`);
  return (await nthStart(on, meetingId, 1)).at - cameAt;
}

/** Beyond the wait that the rule wants, ms. */
async function afterLimit(on: Installation): Promise<number> {
  const meetingId = newMeetingId();
  await on.sandbox.script({ meetingId, action: 'start' }, startLimited(meetingId));
  await on.schedule({ meetingId });
  const { answeredAt } = await nthStart(on, meetingId, 0);
  return (await nthStart(on, meetingId, 1)).at - (answeredAt ?? Number.NaN) - START_RETRY_MS;
}

function nthStart(on: Installation, meetingId: string, n: number) {
  return until(`start ${n + 1}`, async () => {
    const start = (await on.requests(meetingId, 'start'))[n];
    return start?.answeredAt ? start : null;
  });
}

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const all = [];
  for (let i = 0; i < REPEATS; i += 1) all.push(await measure());
  return all;
}

function print(what: string, lateness: number[]): void {
  const sorted = lateness.toSorted((a, b) => a - b);
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  console.log(`${what}: median ${share(0.5)} ms, 95 % ${share(0.95)} ms, last ${sorted.at(-1)} ms (${sorted.length})`);
}
