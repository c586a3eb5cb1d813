// What traces cost: CPU of the API per create and of the worker per start, with TRACING off and on, round by round in one run.
//   npm run build && node --import ./test/support/run-typescript.mjs bench/tracing.ts [starts] [rounds]
// ACCEPTANCE_DIST=<another build> measures that one, off only: so a build before a change stands beside one after it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Installation, newMeetingId, startInstallation } from '../test/support/installation.ts';
import { startOtlpReceiver } from '../test/support/otlp-receiver.ts';
import { until } from '../test/support/wait-for.ts';

const STARTS = Number(process.argv[2] ?? 300);
const ROUNDS = Number(process.argv[3] ?? 3);
const AT_ONCE = 16;
/** All are created by then, also on a busy machine, ms. */
const LEAD_MS = 20_000;
const WITHIN_MS = 6_000;
/** Of a Linux kernel: what /proc counts CPU in, ms. */
const TICK_MS = 10;

const collector = await startOtlpReceiver();
const traced = {
  TRACING: 'on',
  NODE_OPTIONS: `--import ${pathToFileURL(resolve('examples/otel.mjs'))}`,
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
};
const sampled = { ...traced, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
const ways: Record<string, Record<string, string>> = process.env.ACCEPTANCE_DIST
  ? { 'off (other build)': {} }
  : { off: {}, 'on, every trace': traced, 'on, every tenth': sampled };

const found: Record<string, { create: number[]; start: number[]; lateness: number[] }> = {};
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [way, env] of Object.entries(ways)) {
    const installation = await startInstallation({ env });
    const { create, start, lateness } = await measure(installation).finally(() => installation.close());
    found[way] ??= { create: [], start: [], lateness: [] };
    found[way].create.push(create);
    found[way].start.push(start);
    found[way].lateness.push(lateness);
  }
}
collector.close();
for (const [way, { create, start, lateness }] of Object.entries(found)) {
  console.log(
    `${way.padEnd(18)} a create ${shown(create)} ms CPU of the API, a start ${shown(start)} ms CPU of the worker, ` +
      `median ${shown(lateness)} ms late`,
  );
}

/** CPU of a create and of a start, ms, and the median lateness of the starts, ms. */
async function measure({ api, apis, workers, sandbox }: Installation) {
  const [apiPid, workerPid] = [apis[0]?.pid ?? 0, workers[0]?.pid ?? 0];
  const first = Date.now() + LEAD_MS;
  const due = new Map(Array.from({ length: STARTS }, (_, i) => [newMeetingId(), first + (i / STARTS) * WITHIN_MS]));
  const before = { api: cpuOf(apiPid), worker: 0 };
  const waiting = [...due];
  const create = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [meetingId, at] = next;
      const startAt = new Date(Math.floor(at)).toISOString();
      const { status, text } = await api('POST', '/v1/broadcasts', { meetingId, startAt });
      if (status !== 201) throw new Error(text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, create));
  const createMs = (cpuOf(apiPid) - before.api) / STARTS;
  before.worker = cpuOf(workerPid);
  const requests = await until(`${STARTS} starts`, async () => {
    const { body } = await sandbox.control('GET', 'requests?action=start');
    return body.requests.length >= STARTS && (body.requests as { meetingId: string; at: number }[]);
  });
  const startMs = (cpuOf(workerPid) - before.worker) / STARTS;
  const late = requests.map(({ meetingId, at }) => at - (due.get(meetingId) ?? Number.NaN)).sort((a, b) => a - b);
  return { create: createMs, start: startMs, lateness: late[Math.floor(late.length / 2)] ?? Number.NaN };
}

/** User and system time of a process so far, ms. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function shown(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(2)} (${sorted[0]?.toFixed(2)} to ${sorted.at(-1)?.toFixed(2)})`;
}
