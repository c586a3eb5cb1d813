import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../../../sandbox/sandbox.ts';
import type { BroadcastStatus } from '../../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { type RunningWorker, startWorker } from '../../../../workers/start-worker.ts';
import { type CalendarServer, calendar as icalendar, startCalendarServer } from '../../../support/calendar-server.ts';
import { clockAt, run } from '../../../support/fake-terminal.ts';
import { type Receiver, startReceiver } from '../../../support/notification-receiver.ts';
import { type Service, startService } from '../../../support/running-service.ts';
import { commandsShown, wordsOf } from './commands-shown.ts';

/**
 * Runs the commands that README.md and docs/*.md show, in their order, against one installation with the sandbox as Zoom: the
 * command line in this process, `curl` by what it would send.
 */

/** What cannot be run here, and who tries it instead. */
const NOT_RUN: [begin: RegExp, why: string][] = [
  [/^(sudo|docker|kubectl) /, 'needs root, Docker or a cluster: test/unit/deploy checks the files'],
  [/^npm (start|test|install .*)$/, 'the whole product, this suite, and a registry: test/acceptance/setup and CI'],
  [/^(CALENDAR_HOSTS=\S+ )?livestream (up|api|worker|sandbox)\b/, 'runs on until Ctrl-C: test/acceptance/up.test.ts'],
  [/^REDIS_URL=\S+ livestream (api|worker)$/, 'runs on until Ctrl-C: every acceptance test'],
  [/^livestream watch$/, 'runs on until Ctrl-C: test/acceptance/watch.test.ts'],
  [/^livestream conformance/, 'asks Zoom for a minute: test/acceptance/conformance.test.ts'],
  [/^(REDIS_URL=\S+ REDIS_PREFIX=\S+ )?livestream shards\b/, 'needs that nothing runs: test/integration/shards'],
  [/^npx (stryker|vitest) /, 'tools of this repository, not of the product'],
  [/^curl -I https:\/\/api\.zoom\.us$/, 'the real Zoom'],
];

/** Named in a sentence, and nothing without what follows: asked for their help. */
const NAMED = [
  ...['schedule', 'reschedule', 'show', 'import', 'apply', 'sources', 'sources show'],
  ...['series create', 'keys create', 'notify retry'],
];

let service: Service;
let sandbox: Sandbox;
let calendar: CalendarServer;
let receiver: Receiver;
let worker: RunningWorker;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox({ plan: 'none' });
  calendar = await startCalendarServer();
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), 'livestream-guides-'));
  service = await startService(environment());
  worker = await startWorker(service.core);
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/declared-in-a-file.md', 'utf8'));
  writeFileSync(
    join(folder, 'streams.yaml'),
    yaml?.[1]?.replace(/ +destination:[\s\S]*$/, '').replace(/https:\S+/, calendar.url) ?? '',
  );
  writeFileSync(join(folder, 'law.ics'), icalendar([{ uid: 'l', meetingId: '830000009', hour: 3, title: 'Law' }]));
  writeFileSync(
    join(folder, 'bookings.csv'),
    'title,meetingId,startAt,stopAt\nA,830000001,2035-01-06T09:00Z,2035-01-06T10:00Z\n',
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await worker.close();
  await service.stop();
  await receiver.stop();
  await calendar.stop();
  await sandbox.close();
});

function environment() {
  return {
    ...{ ZOOM_API_URL: sandbox.apiUrl, ZOOM_OAUTH_URL: sandbox.oauthUrl, CALENDAR_HOSTS: '127.0.0.1!' },
    ...{ NOTIFY_URL: receiver.url, PREFLIGHT: 'off' },
  };
}

let days = 0;
/** A broadcast of its own in the state that the command is for. */
async function aBroadcast(command: string): Promise<string> {
  days += 1;
  const startAt = new Date(Date.UTC(2034, 0, days, 12)).toISOString();
  const { id } = await service.schedule({ startAt, duration: 'PT1H' });
  if (command === 'retry') await become(id, 'missed');
  if (command === 'stop') await become(id, 'live');
  return id;
}

async function become(id: string, status: BroadcastStatus): Promise<void> {
  const before = await service.core.store.get(id);
  const builder = new DecisionBuilder(before, Date.now(), 'test').become(status, 'because of the test');
  if (status === 'missed') builder.alert('missed', 'because of the test');
  const written = await service.core.store.commit([{ before, decision: builder.build() }]);
  expect(written.kind).toBe('ok');
}

async function anAlert(): Promise<string> {
  await become(await aBroadcast('show'), 'missed');
  return (await service.json('GET', '/v1/alerts?state=open')).alerts[0].id;
}

const aPause = async () => (await service.json('POST', '/v1/pauses', { scope: { all: true } })).id;

/** What stands in a guide for something of the reader's own. */
async function filled(word: string, words: string[]): Promise<string> {
  const [command = '', second = ''] = words;
  if (word === 'PAUSE-ID' || (word === 'ID' && command === 'resume')) return aPause();
  if (word === 'ID' && command === 'alerts') return anAlert();
  if (['ID', '<id>', 'bc_…'].includes(word)) return aBroadcast(command);
  if (word === 'NAME') return second === 'sync' || command === 'import' ? 'law' : `name-${days}`;
  if (word === 'NUMBER') return '68423085';
  if (word === 'FILE' && words.includes('--source')) return join(folder, 'law.ics');
  if (word === 'FILE' || word === 'bookings.csv') return join(folder, 'bookings.csv');
  if (word === 'streams.yaml') return join(folder, 'streams.yaml');
  if (/^https:.*…/.test(word)) return calendar.url;
  return word;
}

async function runLivestream(shown: string[]): Promise<string | null> {
  const words: string[] = [];
  for (const word of shown) words.push(await filled(word, shown));
  const isNamed = NAMED.includes(words.join(' '));
  const env = { ...environment(), LIVESTREAM_API_URL: service.api().url, REDIS_URL: service.redis.url };
  const own = { PATH: process.env['PATH'] ?? '', ZOOM_ACCESS_TOKEN: 'unused' };
  const { code, stdout, stderr } = await run(isNamed ? [...words, '--help'] : words, {
    env: { ...env, ...own },
    clock: clockAt(Date.now()),
    // Somebody sits there and says yes.
    ...{ canAnswer: true, stdin: 'y\n' },
  });
  return code === 0 ? null : `livestream ${words.join(' ')}: ${code}\n${stdout}${stderr}`;
}

/** The request that this `curl` sends; of a stream only its beginning is read. */
async function runCurl(words: string[]): Promise<string | null> {
  const optionOf = (option: string) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined);
  const data = optionOf('-d');
  const [name = '', value = ''] = (optionOf('-H') ?? '').split(': ');
  const shown = words.find((word) => /^(http|…\/)/.test(word)) ?? '';
  const path = shown.replace(/^(http:\/\/127\.0\.0\.1:3000|…)/, '').replace('ID', await aBroadcast('start'));
  const abort = new AbortController();
  const response = await fetch(`${service.api().url}${path}`, {
    method: optionOf('-X') ?? (data === undefined ? 'GET' : 'POST'),
    ...(name === '' ? {} : { headers: { [name]: value } }),
    ...(data === undefined ? {} : { body: data }),
    signal: abort.signal,
  });
  const problem = response.ok ? null : `curl ${words.join(' ')}: ${response.status} ${await response.text()}`;
  abort.abort();
  return problem;
}

/** The next guide begins with nothing planned. */
async function clearPlan(): Promise<void> {
  const { pauses } = await service.json('GET', '/v1/pauses');
  for (const { id } of pauses) await service.request('DELETE', `/v1/pauses/${id}`);
  const { series } = await service.json('GET', '/v1/series');
  for (const { id } of series) await service.request('DELETE', `/v1/series/${id}`);
  const { broadcasts } = await service.json('GET', '/v1/broadcasts?limit=1000');
  for (const { id } of broadcasts) await service.request('DELETE', `/v1/broadcasts/${id}`);
}

it('runs every command that the guides show', async () => {
  const failed: string[] = [];
  const left = new Map(NOT_RUN.map(([begin]) => [begin, 0]));
  let ran = 0;
  let guide = '';
  const seen = new Set<string>();
  for (const { file, line } of commandsShown()) {
    if (file !== guide) await clearPlan();
    guide = file;
    const command = line.replace('npx livestream', 'livestream');
    if (seen.has(command)) continue;
    seen.add(command);
    const reason = NOT_RUN.find(([begin]) => begin.test(command));
    if (reason) {
      left.set(reason[0], (left.get(reason[0]) ?? 0) + 1);
      continue;
    }
    const [program, ...words] = wordsOf(command);
    ran += 1;
    const problem = program === 'curl' ? await runCurl(words) : await runLivestream(words);
    if (problem) failed.push(`${file}: ${problem}`);
  }
  expect(failed.join('\n\n')).toBe('');
  // What is not shown any more need not be excused.
  for (const [begin, times] of left) expect(times, String(begin)).toBeGreaterThan(0);
  expect(ran).toBeGreaterThan(60);
}, 300_000);
