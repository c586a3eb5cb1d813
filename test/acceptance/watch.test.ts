import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../src/broadcasts/decision.ts';
import { SystemClock } from '../../src/clock.ts';
import { run } from '../support/fake-terminal.ts';
import { MAIN } from '../support/livestream-process.ts';
import { freePort } from '../support/redis-server.ts';
import { type Service, startService } from '../support/running-service.ts';
import { HANGS_MS } from '../support/wait-for.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const env = () => ({ LIVESTREAM_API_URL: service.api().url });
const clock = new SystemClock();

/** `livestream watch` as a process of its own; `stop` is Ctrl-C. */
function startWatch(argv: string[]) {
  const child = spawn(process.execPath, [MAIN, 'watch', ...argv], {
    env: { ...process.env, ...env(), TZ: 'America/New_York' },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (out.stdout += chunk));
  child.stderr.on('data', (chunk) => (out.stderr += chunk));
  const stop = async () => {
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    return code;
  };
  return { out, stop };
}

describe('livestream watch', () => {
  it('prints one event a line as JSON, and ends after --count', async () => {
    const { id } = await service.schedule({ title: 'Sunday' });
    await service.request('DELETE', `/v1/broadcasts/${id}`);
    const { code, stdout } = await run(['watch', '--json', '--since', '0', '--count', '2', '--broadcast', id], {
      env: env(),
      clock,
    });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(events.map(({ type }) => type)).toEqual(['broadcast.scheduled', 'broadcast.canceled']);
    expect(events[0]).toMatchObject({ id: expect.stringMatching(/^\d+-\d+$/), data: { id, title: 'Sunday' } });
  });

  it('prints lines for people when it is no terminal, without control characters of titles', async () => {
    const { id, meetingId } = await service.schedule({ title: 'Müller & Söhne' });
    const { stdout } = await run(['watch', '--since', '0', '--count', '1', '--broadcast', id], { env: env(), clock });
    expect(stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}broadcast\.scheduled {2}/);
    expect(stdout).toContain(`${meetingId}  Müller & Söhne`);
    expect(stdout).not.toContain('\u001b');
  });

  it('redraws a table in place on a terminal', async () => {
    const { id } = await service.schedule({ title: 'On the board' });
    const printed: string[] = [];
    const watching = run(['watch', '--count', '1', '--type', 'broadcast.canceled', '--broadcast', id], {
      ...{ env: env(), clock, isTTY: true, columns: 120, printed },
    });
    // Before that it has no rows to redraw.
    await expect.poll(() => printed.join(''), { timeout: HANGS_MS }).toContain('On the board');
    await service.request('DELETE', `/v1/broadcasts/${id}`);
    const { code, stdout } = await watching;
    expect(code).toBe(0);
    const frames = stdout.split('\r\u001b[J');
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.some((frame) => /scheduled.*On the board/.test(frame))).toBe(true);
    expect(frames.at(-1)).toMatch(/canceled[\s\S]*On the board[\s\S]*broadcast\.canceled/);
    expect(stdout.endsWith('\u001b[?25h')).toBe(true);
  });

  it('opens with the open alerts', async () => {
    const { id } = await service.schedule({ title: 'Lost' });
    const [snapshot] = await service.core.store.getMany([id]);
    const missed = new DecisionBuilder(snapshot as Broadcast, Date.now(), 'test')
      .become('missed', 'nobody came')
      .alert('missed', 'nobody came');
    await service.core.store.commit([{ before: snapshot as Broadcast, decision: missed.build() }]);
    const other = await service.schedule();
    const printed: string[] = [];
    const watching = run(['watch', '--count', '1', '--type', 'broadcast.canceled'], {
      ...{ env: env(), clock, isTTY: true, columns: 120, printed },
    });
    await expect.poll(() => printed.join(''), { timeout: HANGS_MS }).toMatch(/missed.*Lost/);
    await service.request('DELETE', `/v1/broadcasts/${other.id}`);
    const { stdout } = await watching;
    expect(stdout).toMatch(/2 problems ·.*\s[^\n]*No worker is running[\s\S]*Needs attention[\s\S]*nobody came/);
    const piped = await run(['watch', '--since', '0', '--count', '1'], { env: env(), clock });
    expect(piped.stderr).toMatch(/^open: ! missed .*nobody came\n/);
    expect(stdout).toMatch(/missed.*Lost/);
  });

  it('goes on after a restart of the API, without loss, and ends on Ctrl-C', async () => {
    const port = await freePort();
    const own = await startService({}, port);
    const watching = (() => {
      const former = service;
      service = own;
      const started = startWatch(['--json']);
      service = former;
      return started;
    })();
    const seen = () =>
      watching.out.stdout
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).data.id);
    const ids: string[] = [];
    await expect
      .poll(
        async () => {
          ids.push((await own.schedule()).id);
          return seen().length;
        },
        { timeout: HANGS_MS },
      )
      .toBeGreaterThan(0);
    await own.restartApi(async () => {
      const { id } = await own.scheduleInside();
      ids.push(id);
    });
    await expect.poll(() => watching.out.stderr, { timeout: HANGS_MS }).toContain('connection lost');
    ids.push((await own.schedule()).id);
    await expect.poll(() => seen().at(-1), { timeout: HANGS_MS }).toBe(ids.at(-1));
    expect(seen()).toEqual(ids.slice(ids.indexOf(seen()[0])));
    expect(await watching.stop()).toBe(0);
    await own.stop();
  }, 120_000);

  it('is 5 when nobody answers, 2 for a count that is none, 6 for a wrong key', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect((await run(['watch', '--api-url', nobody], { clock })).code).toBe(5);
    expect((await run(['watch', '--count', '0'], { env: env(), clock })).code).toBe(2);
    const guarded = await startService({ API_KEYS: 'me:read:right-key' });
    const wrong = await run(['watch', '--api-url', guarded.api().url, '--api-key', 'wrong'], { clock });
    expect(wrong.code).toBe(6);
    await guarded.stop();
  });
});
