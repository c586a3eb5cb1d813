import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import type { Process } from '../support/livestream-process.ts';
import { until } from '../support/wait-for.ts';
import { fromNow } from '../support/zoom-responses.ts';

/** A rolling change of the accounts file: one worker does not know an account yet (contract, section 4). */

const BROADCASTS = 20;
const NONE = { ZOOM_ACCOUNT_ID: '', ZOOM_CLIENT_ID: '', ZOOM_CLIENT_SECRET: '' };

let on: Installation;
let dir: string;
let old: Process;
let current: Process;

async function accountsFile(...names: string[]): Promise<string> {
  const entry = (name: string) => ({ name, accountId: `zoom-${name}`, clientId: name, clientSecret: `secret-${name}` });
  const path = join(dir, `${names.join('-')}.json`);
  await writeFile(path, JSON.stringify({ accounts: names.map(entry) }));
  return path;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'livestream-unknown-'));
  const both = await accountsFile('east', 'west');
  on = await startInstallation({ workers: 0, env: { ...NONE, ZOOM_ACCOUNTS_FILE: both } });
  const east = await accountsFile('east');
  [old, current] = await Promise.all([on.addWorker({ ZOOM_ACCOUNTS_FILE: east }), on.addWorker()]);
});
afterAll(async () => {
  await on?.close();
  await rm(dir, { recursive: true, force: true });
});

const metric = async (text: string) => (await on.api('GET', '/metrics')).text.includes(text);

describe('a worker that does not know an account', () => {
  it('leaves its starts and stops to the others, in time, and says so once', async () => {
    const [startAt, stopAt] = [fromNow(4_000), fromNow(9_000)];
    const broadcasts = Array.from({ length: BROADCASTS }, () => ({
      ...{ meetingId: newMeetingId(), account: 'west', startAt, stopAt },
    }));
    const { body } = await on.api('POST', '/v1/broadcasts/batch', { broadcasts });
    for (const { id } of body.broadcasts) {
      const ended = await on.waitForStatus(id, ['ended', 'failed'], 30_000);
      expect(ended).toMatchObject({ status: 'ended' });
      const by = (await on.history(id)).filter(({ type }) => type === 'request').map((line) => line.by);
      expect(new Set(by)).toEqual(new Set([`worker:${current.report.workerId}`]));
    }
    await until('the worker has said so', () => old.output().includes('does not have a Zoom account'));
    expect(old.output().split('does not have a Zoom account')).toHaveLength(2);
    expect(await metric('livestream_worker_accounts{account="west"} 1')).toBe(true);
    expect(await metric('livestream_worker_accounts{account="east"} 2')).toBe(true);
  }, 90_000);

  it('makes a start missed, with the reason, when no other worker is there, and none is failed', async () => {
    await current.kill('SIGTERM');
    const made = await on.schedule({ account: 'west', startWindow: 'PT8S' });
    await until('it says why it waits', async () => (await on.broadcast(made.id)).reason?.includes('"west"'));
    const missed = await on.waitForStatus(made.id, ['missed', 'failed'], 30_000);
    expect(missed).toMatchObject({
      status: 'missed',
      reason: expect.stringContaining('no running worker has the Zoom account "west"'),
    });
    const alerts = (await on.history(made.id)).filter(({ type }) => type === 'alert').map(({ reason }) => reason);
    expect(alerts).toEqual([expect.stringContaining('missed')]);
    const east = await on.schedule({ account: 'east' });
    await on.waitForStatus(east.id, 'live');
  }, 90_000);

  it('a worker that knows it takes up what waits', async () => {
    const made = await on.schedule({ account: 'west' });
    await until('it says why it waits', async () => (await on.broadcast(made.id)).reason?.includes('"west"'));
    await on.addWorker();
    await on.waitForStatus(made.id, 'live');
  }, 90_000);
});
