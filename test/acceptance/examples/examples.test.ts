import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PREFIX, type RunningLibrary, runLibrary } from '../../support/running-library.ts';

const LOADER = resolve('test/support/run-typescript.mjs');

let library: RunningLibrary;
beforeAll(async () => {
  library = await runLibrary();
});
afterAll(() => library.stop());

interface Running {
  child: ChildProcess;
  said(): string;
  /** Resolves to the exit code and what it wrote. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** An example as a process of its own, with the package's name leading to the build: it is its own package. */
function run(name: string, argv: string[], env: Record<string, string> = {}): Running {
  const settings = { REDIS_URL: library.redis.url, REDIS_PREFIX: PREFIX, ...env };
  const child = spawn(process.execPath, ['--import', LOADER, resolve('examples', name), ...argv], {
    env: { ...process.env, ...settings },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) =>
    child.on('close', (code) => done({ code, stdout, stderr })),
  );
  return { child, ended, said: () => stdout };
}

it('the script follows its broadcast to the end, and ends by itself', async () => {
  const { code, stdout, stderr } = await run('script.ts', ['84100000001'], { SECONDS_ON_AIR: '3' }).ended;
  expect([code, stderr]).toEqual([0, '']);
  const said = stdout.split('\n').map((line) => line.split(' ')[0]);
  for (const type of ['planned', 'broadcast.live', 'broadcast.ended']) expect(said).toContain(type);
}, 120_000);

it('the weekly one plans each Sunday once, at nine in New York', async () => {
  const first = await run('weekly.ts', []).ended;
  expect([first.code, first.stderr, first.stdout.match(/planned/g)?.length]).toEqual([0, '', 8]);
  const again = await run('weekly.ts', []).ended;
  expect([again.code, again.stdout]).toEqual([0, '']);
  const { broadcasts } = await library.scheduler.list({ meetingId: '68423085' });
  const nine = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', weekday: 'long', hour: 'numeric' });
  expect(broadcasts).toHaveLength(8);
  for (const { startAt } of broadcasts) expect(nine.format(new Date(startAt))).toMatch(/^Sunday.*\s9\sAM$/);
}, 120_000);

it('the service takes bookings, moves them, says what is wrong, and sends by its own worker', async () => {
  const { apiUrl } = library.sandbox;
  const service = run('fastify-service.ts', [], {
    ...{ PORT: '0', REDIS_PREFIX: 'service', ZOOM_ACCESS_TOKEN: 'token', ZOOM_API_URL: apiUrl },
  });
  const url = await vi.waitFor(() => {
    const [found] = /http:\S+/.exec(service.said()) ?? [];
    if (!found) throw new Error('not listening yet');
    return found;
  }, 120_000);
  const put = async (booking: string, body: object) => {
    const answer = await fetch(`${url}/bookings/${booking}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const number = '84100000002';
  const [from, to] = [4_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const made = await put('4711', { number, room: 'A', from, to });
  expect([made.status, made.json['externalId'], made.json['labels']]).toEqual([201, '4711', { room: 'A' }]);
  const later = new Date(Date.now() + 7_200_000).toISOString();
  expect(await put('4711', { number, from, to: later })).toMatchObject({ status: 200, json: { stopAt: later } });
  const refused = await put('4712', { number, room: 'A', from: later, to: from });
  expect([refused.status, refused.json['code']]).toEqual([400, 'validation_failed']);
  await vi.waitFor(async () => {
    const answer = await fetch(`${library.sandbox.url}/_sandbox/meetings/${number}`);
    expect(((await answer.json()) as { acceptedStarts: number }).acceptedStarts).toBe(1);
  }, 120_000);
  service.child.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0, stderr: '' });
}, 120_000);

it('every example is listed and tested', async () => {
  const files = (await readdir('examples')).filter((name) => name.endsWith('.ts')).sort();
  const [readme, test] = [await readFile('examples/README.md', 'utf8'), await readFile(import.meta.filename, 'utf8')];
  for (const name of files) expect([readme.includes(name), test.includes(`run('${name}'`)], name).toEqual([true, true]);
});
