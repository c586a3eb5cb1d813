import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../support/installation.ts';
import { until } from '../support/wait-for.ts';

/** SIGHUP reads ZOOM_ACCOUNTS_FILE again, in the API and in the workers. */

let installation: Installation;
let dir: string;
let path: string;
const entry = (name: string) => ({
  name,
  accountId: `zoom-${name}`,
  clientId: name,
  clientSecret: `secret-of-${name}`,
});
const write = (text: string) => writeFile(path, text);
const accounts = (...names: string[]) => write(JSON.stringify({ accounts: names.map(entry) }));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'livestream-reload-'));
  path = join(dir, 'accounts.json');
  await accounts('east', 'west');
  const none = { ZOOM_ACCOUNT_ID: '', ZOOM_CLIENT_ID: '', ZOOM_CLIENT_SECRET: '' };
  installation = await startInstallation({ env: { ...none, ZOOM_ACCOUNTS_FILE: path } });
});
afterAll(async () => {
  await installation.close();
  await rm(dir, { recursive: true, force: true });
});

async function hangUp(said: string): Promise<void> {
  const processes = [...installation.apis, ...installation.workers];
  const reported = () => processes.map((one) => one.output().split(said).length);
  const before = reported();
  for (const one of processes) await one.kill('SIGHUP').catch(() => {});
  await until(said, () => reported().every((count, i) => count > (before[i] as number)));
}

describe('SIGHUP', () => {
  it('takes over new accounts, keeps the old ones when the file has errors, and names what is still needed', async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await installation.schedule({ account: 'west', startAt });

    await write('{"accounts": [{"name": "east", "clientId": "x"}, {"name": "!"}]}');
    await hangUp('the Zoom accounts were not reloaded');
    expect(installation.apis[0]?.output()).toContain('accounts[1].name');
    await installation.schedule({ account: 'east', startAt });

    await accounts('east', 'north');
    await hangUp('Zoom accounts reloaded');
    const live = await installation.schedule({ account: 'north' });
    await installation.waitForStatus(live.id, 'live');
    const warned = async () =>
      (await installation.broadcast(id)).warnings.some(({ code }) => code === 'account_removed');
    await until('the warning', warned);
    const refused = await installation.api('POST', '/v1/broadcasts', {
      meetingId: '123456789',
      startAt,
      account: 'west',
    });
    expect(refused.status).toBe(400);
    const output = installation.workers[0]?.output() ?? '';
    expect(output).toContain('unfinished broadcasts need was removed');
    expect(output).not.toContain('secret-of-');
  });
});
