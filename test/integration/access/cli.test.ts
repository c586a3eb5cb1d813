import { afterAll, beforeAll, expect, it } from 'vitest';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { ADMIN, type KeyedApi, startKeyedApi } from '../../support/keyed-api.ts';

let keyed: KeyedApi;
beforeAll(async () => {
  keyed = await startKeyedApi();
});
afterAll(() => keyed.stop());

const runAs = (key: string, ...argv: string[]) => {
  const env = { LIVESTREAM_API_URL: keyed.api().url, LIVESTREAM_API_KEY: key };
  return runCli(argv, { env, clock: clockAt(Date.now()) });
};
const run = (...argv: string[]) => runAs(ADMIN, ...argv);

it('makes a key, prints it alone on stdout, lists it, and revokes it by name', async () => {
  const made = await run('keys', 'create', 'desk', '--role', 'operate', '--account', 'north', '--label', 'hall');
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^lsk_\w{16}_[\w-]{43}\n$/);
  expect(made.stderr).toMatch(/desk .*role operate, account north, label hall\. It is shown only now/);
  const key = made.stdout.trim();
  expect((await runAs(key, 'list')).code).toBe(0);
  const denied = await runAs(key, 'keys', 'list');
  expect([denied.code, denied.stderr]).toEqual([expect.any(Number), expect.stringMatching(/needs the role admin/)]);
  const { stdout } = await run('keys', 'list');
  expect(stdout).toMatch(/desk +operate +account north, label hall +\S.* by api:root +\w{16}/);
  expect(stdout).not.toContain(key);
  const wrong = await run('keys', 'revoke', 'desk', 'nobody');
  expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('nobody. Nothing was revoked')]);
  expect((await run('keys', 'revoke', 'desk')).stdout).toMatch(/^desk \(\w{16}\) is revoked\n$/);
  expect((await runAs(key, 'list')).code).toBe(6);
  expect(JSON.parse((await run('keys', 'list', '--json')).stdout)).toEqual({ keys: [] });
});

it('shows and exports who did what', async () => {
  const start = new Date(Date.now() + 86_400_000).toISOString();
  await run('schedule', '84000000001', '--start', start, '--account', 'north', '--title', '=1+1, "so"');
  const shown = await run('audit', '--by', 'root');
  expect(shown.stdout).toMatch(/api:root +broadcast\.create +=1\+1, "so"/);
  const csv = (await run('audit', '--csv', '--from', '2020-01-01')).stdout.trimEnd().split('\r\n');
  expect(csv[0]).toBe('at,by,action,type,id,title,detail');
  expect(csv[1]).toMatch(/^\d{4}-[^,]+Z,api:root,broadcast\.create,broadcast,bc_\w+,"'=1\+1, ""so""",/);
  expect(JSON.parse((await run('audit', '--json', '--limit', '1')).stdout).entries).toHaveLength(1);
  expect((await run('audit', '--csv', '--json')).code).toBe(2);
  expect((await run('audit', '--to', '2020-01-01')).stdout).toBe('nothing\n');
});
