import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newMeetingId } from '../support/installation.ts';
import { ask } from '../support/sandbox-client.ts';
import { openUps } from '../support/up-process.ts';
import { until } from '../support/wait-for.ts';

const IN_AN_HOUR = () => new Date(Date.now() + 3_600_000).toISOString();

describe.concurrent('up', () => {
  it('reads the accounts again at SIGHUP, in the API and in the worker', async (test) => {
    const dir = await mkdtemp(join(tmpdir(), 'livestream-accounts-'));
    test.onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const path = join(dir, 'accounts.json');
    const accounts = (...names: string[]) =>
      writeFile(path, JSON.stringify({ accounts: names.map((name) => ({ name, accessToken: `token-${name}` })) }));
    await accounts('east', 'west');
    const up = await openUps(test, { ZOOM_ACCOUNTS_FILE: path, ZOOM_API_URL: 'http://127.0.0.1:9/v2' });
    const running = await up.start();
    const taken = async (account: string) => {
      const body = { meetingId: newMeetingId(), startAt: IN_AN_HOUR(), account };
      return (await ask('POST', `${up.url}/v1/broadcasts`, body, {})).status;
    };
    expect([await taken('west'), await taken('north')]).toEqual([201, 400]);
    await accounts('east', 'north');
    running.child.kill('SIGHUP');
    const read = () => running.output().match(/"process":"(up|worker)".*Zoom accounts reloaded/g) ?? [];
    await until('both have read them', () => read().length === 2);
    expect([await taken('west'), await taken('north')]).toEqual([400, 201]);
    running.child.kill('SIGTERM');
    expect((await once(running.child, 'exit'))[0]).toBe(0);
  }, 120_000);

  it('takes an interrupted demonstration back, now or at its next start, and says what it leaves on air', async (test) => {
    const up = await openUps(test);
    const demonstrations = async () => {
      const { body } = await ask('GET', `${up.url}/v1/broadcasts?label=demonstration`, undefined, {});
      return (body.broadcasts as { status: string }[]).map(({ status }) => status);
    };
    const killed = await up.start('--demo');
    await until('the demonstration is planned', async () => (await demonstrations()).length === 1);
    killed.child.kill('SIGKILL');
    await until('all is gone', async () => (await up.ours()).length === 0);

    const interrupted = await up.start('--demo');
    expect(await (await fetch(up.url)).text()).toContain('Nothing is really streamed');
    await until('the page is announced', () => interrupted.output().includes('page '));
    expect(await demonstrations()).toEqual(['canceled']);
    const meetingId = newMeetingId();
    const { body } = await ask('POST', `${up.url}/v1/broadcasts`, { meetingId, startAt: 'now', title: 'Left on' }, {});
    const status = async () => (await ask('GET', `${up.url}/v1/broadcasts/${body.id}`, undefined, {})).body.status;
    await until('it is live', async () => (await status()) === 'live');
    interrupted.child.kill('SIGINT');
    expect((await once(interrupted.child, 'exit'))[0]).toBe(0);
    expect(interrupted.output()).toMatch(/still on air {3}1; [\s\S]*livestream stop <id>/);
    expect(interrupted.output()).toContain(`${body.id}  meeting ${meetingId}  Left on  (no stop planned)`);

    const last = await up.start();
    expect(await demonstrations()).toEqual(['canceled']);
    expect(last.output()).not.toContain('missed');
    last.child.kill('SIGTERM');
    await once(last.child, 'exit');
  }, 120_000);

  it('says each thing once, the page last, shows the demonstration once, and links to its place in the page', async (test) => {
    const up = await openUps(test, { LOG_LEVEL: 'info' });
    const first = await up.start('--demo');
    const finished = /^ {15}see it at (http\S+)\/#\/broadcasts\/(bc_\w+)\n/m;
    await until('the demonstration has ended', () => finished.test(first.output()), 60_000);
    const [, pageUrl, id] = finished.exec(first.output()) ?? [];
    expect(pageUrl).toBe(up.url);
    expect((await ask('GET', `${up.url}/v1/broadcasts/${id}`, undefined, {})).body.status).toBe('ended');
    first.child.kill('SIGINT');
    expect((await once(first.child, 'exit'))[0]).toBe(0);
    expect(first.output()).not.toMatch(/"msg":"request"|\/v1\//);
    const lines = first.output().trim().split('\n');
    expect(lines.filter((line) => line.includes(`${up.url} `))).toEqual([expect.stringMatching(/^page {11}http/)]);
    expect(lines.filter((line) => line.startsWith('zoom '))).toHaveLength(1);
    expect(lines.findIndex((line) => line.startsWith('page '))).toBeGreaterThan(
      lines.findIndex((line) => line.startsWith('demonstration ')),
    );

    const second = await up.start('--demo');
    await until('the page is announced', () => second.output().includes('page '));
    second.child.kill('SIGINT');
    await once(second.child, 'exit');
    expect(second.output()).not.toContain('demonstration');
    expect(
      second
        .output()
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{'))
        .at(-1),
    ).toMatch(/^page /);
  }, 120_000);
});
