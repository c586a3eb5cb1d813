import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newMeetingId, startInstallation } from '../support/installation.ts';
import { MAIN } from '../support/livestream-process.ts';
import { ACCOUNTS } from '../support/sharded-service.ts';
import { until } from '../support/wait-for.ts';

/** What a person does at the command line of the build, with an account in each of three shards. */
it('QUEUE_SHARDS=3: schedule, list, show, cancel, a start on time, doctor, and back to one shard', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'livestream-shards-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'accounts.json');
  const accounts = ACCOUNTS.map((name) => ({
    ...{ name, accountId: `zoom-${name}`, clientId: name, clientSecret: `secret-${name}` },
  }));
  await writeFile(file, JSON.stringify({ accounts }));
  const env = {
    ...{ ZOOM_ACCOUNT_ID: '', ZOOM_CLIENT_ID: '', ZOOM_CLIENT_SECRET: '', ZOOM_ACCOUNTS_FILE: file },
    ...{ QUEUE_SHARDS: '3', PREFLIGHT: 'off' },
  };
  const on = await startInstallation({ env, webhooks: false });
  onTestFinished(() => on.close());
  const { PATH = '', HOME = '' } = process.env;
  const livestream = async (...argv: string[]) => {
    const child = spawn(process.execPath, [MAIN, ...argv, '--json'], {
      env: {
        ...{ PATH, HOME, LIVESTREAM_API_URL: on.url, REDIS_URL: on.redis.url, REDIS_PREFIX: on.prefix },
        ...{ ...env, ZOOM_API_URL: on.sandbox.apiUrl, ZOOM_OAUTH_URL: `${on.sandbox.url}/oauth/token` },
      },
    });
    let said = '';
    let error = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (error += chunk));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, error, found: said === '' ? null : JSON.parse(said) };
  };

  const meetingId = newMeetingId();
  const made = await Promise.all([
    livestream('schedule', newMeetingId(), '--account', 'west', '--start', '2031-01-01T10:00:00Z'),
    livestream('schedule', newMeetingId(), '--account', 'north', '--start', '2031-01-01T09:00:00Z'),
    livestream('schedule', meetingId, '--account', 'south', '--start', '+8s'),
  ]);
  expect(made.map(({ code, error }) => [code, error])).toEqual(made.map(() => [0, '']));
  const [west, north, south] = made.map(({ found }) => found as { id: string; startAt: string });
  const [listed, shown] = await Promise.all([livestream('list'), livestream('show', String(north?.id))]);
  expect(listed.found.broadcasts.map(({ id }: { id: string }) => id)).toEqual([south?.id, north?.id, west?.id]);
  expect(shown.found).toMatchObject({ id: north?.id, account: 'north', status: 'scheduled' });
  expect((await livestream('cancel', String(west?.id))).code).toBe(0);
  expect((await on.broadcast(String(west?.id))).status).toBe('canceled');

  await on.waitForStatus(String(south?.id), 'live');
  const [start, ...more] = await on.requests(meetingId, 'start');
  expect(more).toEqual([]);
  expect(start?.at).toBeGreaterThanOrEqual(Date.parse(String(south?.startAt)));
  const { checks } = (await livestream('doctor')).found as { checks: { name: string; severity: string }[] };
  for (const name of ['redis: schema', 'redis: keys', 'workers'])
    expect(checks.find((check) => check.name === name)).toMatchObject({ severity: 'ok' });

  expect(await livestream('shards', '1')).toMatchObject({ code: 1, error: expect.stringContaining('still run') });
  await Promise.all([...on.apis, ...on.workers].map((one) => one.kill('SIGTERM')));
  // What a process could not say when it ended counts for 20 s.
  const moved = await until('nothing runs any more', async () => (await livestream('shards', '1')).found);
  expect(moved).toEqual({ shards: 1, broadcasts: 2, alerts: 0 });
  await expect(on.addApi()).rejects.toThrow('this installation has 1 shard');
  const { report } = await on.addApi({ QUEUE_SHARDS: '1' });
  const answer = await fetch(`${report['url']}/v1/broadcasts/${south?.id}`);
  expect(await answer.json()).toMatchObject({ id: south?.id, status: 'live' });
});
