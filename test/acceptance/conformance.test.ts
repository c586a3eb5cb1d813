import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountOf } from '../../conformance/account.ts';
import { readOptions } from '../../conformance/options.ts';
import { control, sandboxWithSubjects } from '../../conformance/sandbox-subjects.ts';
import { readSubjects, SUBJECT_VARIABLES } from '../../conformance/subjects.ts';
import { main } from '../../src/cli/main.ts';
import { SystemClock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { MAIN } from '../support/livestream-process.ts';
import { freePort } from '../support/redis-server.ts';
import { ask } from '../support/sandbox-client.ts';
import { until } from '../support/wait-for.ts';

/** `livestream conformance` of the build, as a person runs it: against the sandbox, and with --real against one that stands in for the real Zoom. */

const WAITING = '92000000002';
const MEETING = '92000000001';

let real: Awaited<ReturnType<typeof sandboxWithSubjects>>;
beforeAll(async () => {
  real = await sandboxWithSubjects();
});
afterAll(() => real?.sandbox.close());

interface Run {
  child: ChildProcess;
  /** Resolves with the exit code and what was written. */
  end: Promise<{ code: number | null; out: string; err: string }>;
}

function run(args: string[], env: Record<string, string> = {}, answers = ''): Run {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, 'conformance', ...args], { env: { PATH, HOME, ...env } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  child.stdin.end(answers);
  return { child, end: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

async function inSandbox(path: string) {
  return (await ask('GET', `${real.sandbox.url}/_sandbox/${path}`, undefined, {})).body;
}

const secrets = /conformance-client-secret|conformance-webhook-secret|sandbox-key-|Bearer [\w-]{20}/;

describe.concurrent('the conformance suite', { timeout: 60_000 }, () => {
  test('finds the sandbox as assumed, has something to every open question, and shows no secret', async () => {
    const { code, out, err } = await run(['--json']).end;
    const report = JSON.parse(out);
    const differing = report.results.filter(({ differs }: { differs?: boolean }) => differs);
    expect(differing).toEqual([]);
    expect([code, report.left]).toEqual([0, []]);
    const asked = report.results.filter((one: { asked: boolean }) => one.asked).map(({ id }: { id: string }) => id);
    expect(asked.length).toBeGreaterThan(35);
    for (const question of [1, 2, 3, 4, 5, 6, 8, 9])
      expect(
        asked.some((id: string) => id.startsWith(`${question}.`)),
        `question ${question}`,
      ).toBe(true);
    expect(report.results.find(({ id }: { id: string }) => id === '7.retried-delivery')).toMatchObject({
      asked: false,
      why: 'takes minutes: --long',
    });
    expect(out + err).not.toMatch(secrets);
  });

  test('--real: asks before a start, prints what differs and what was not asked, ends with 1, leaves nothing on air', async () => {
    const port = await freePort();
    await control(real.sandbox, 'PATCH', 'settings', { webhookUrl: `http://127.0.0.1:${port}/anything` });
    await control(real.sandbox, 'PATCH', `meetings/${WAITING}`, { notStartedCode: 3000 });
    const { CONFORMANCE_WEBINAR_ID: _left, ...env } = real.env;
    const only = ['4.', '3.', '2.', 'events.', '7.'].flatMap((id) => ['--only', id]);
    const args = ['--real', ...only, '--webhook-port', String(port), '--event-wait', '5'];
    const { code, out, err } = await run(args, env, 'y\nn\ny\nn\na\n').end;
    expect(code, err).toBe(1);
    expect(err.match(/Go on\?/g)).toHaveLength(5);
    expect(out).toMatch(/^4\.not-begun-start .* YES$/m);
    expect(out).toMatch(/^4\.not-begun-stop .* YES$/m);
    expect(out).toContain('| Meeting 92000000002 has not started. |');
    expect(out).toMatch(/^2\.second-start .* no$/m);
    expect(out).toMatch(/^events\.meeting .* no$/m);
    expect(out).toMatch(/3\.over-start .* — you said no/);
    expect(out).toMatch(/2\.stop-clears .* — you said no/);
    expect(out).toMatch(/3\.webinar-stop-without-stream .* — set CONFORMANCE_WEBINAR_ID/);
    expect(out).toMatch(/7\.retried-delivery .* — takes minutes: --long/);
    expect(out).toMatch(/asked, 2 differ,/);
    expect(out + err).not.toMatch(secrets);
    expect(await inSandbox(`meetings/${MEETING}`)).toMatchObject({ acceptedStarts: 2, streaming: false });
  });

  test('--real, interrupted on air: the stream is stopped, the configuration put back, and it ends with 2', async () => {
    const own = await sandboxWithSubjects();
    try {
      const shown = async () =>
        (await ask('GET', `${own.sandbox.url}/_sandbox/meetings/${MEETING}`, undefined, {})).body;
      const { target } = await shown();
      const { child, end } = run(['--real', '--yes', '--only', '6.', '--webhook-port', '0'], own.env);
      await until('it is on air', async () => (await shown()).streaming);
      expect((await shown()).target).not.toEqual(target);
      child.kill('SIGINT');
      // npm hands on what the terminal has sent already.
      child.kill('SIGINT');
      const { code, out, err } = await end;
      expect(code, err).toBe(2);
      expect(out).toMatch(/6\.unreachable .* — interrupted/);
      expect(await shown()).toMatchObject({ streaming: false, acceptedStops: 1, target });
    } finally {
      await own.sandbox.close();
    }
  });

  test('--real with a wrong secret could not run: 2', async () => {
    const env = { ...real.env, ZOOM_CLIENT_SECRET: 'conformance-wrong-one' };
    const { code, out, err } = await run(['--real'], env).end;
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/no token: Check the client id/);
    expect(err).not.toContain('conformance-wrong-one');
  });
});

test('errors in options and numbers are named', () => {
  expect(() => readOptions({ webhookPort: '70000' })).toThrow('--webhook-port: expected 0 to 65535, got 70000');
  expect(() => readOptions({ eventWait: 'x' })).toThrow('--event-wait: expected 0 to 3600, got x');
  expect(() => readSubjects({ CONFORMANCE_MEETING_ID: 'abc' })).toThrow('CONFORMANCE_MEETING_ID: expected');
  expect(readSubjects({ CONFORMANCE_MEETING_ID: '684 2308-5' })).toMatchObject({ meeting: '68423085', webinar: null });
  expect(() => accountOf(loadConfig({}))).toThrow(/set ZOOM_ACCOUNT_ID/);
});

/** Runs the command line in this process. */
async function inProcess(argv: string[], env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const write = (to: 'out' | 'err') => ({
    write: (text: string) => {
      said[to] += text;
    },
  });
  const terminal = { stdin: Readable.from([]), isTTY: false, columns: undefined, clock: new SystemClock() };
  const code = await main(argv, { ...terminal, stdout: write('out'), stderr: write('err'), env });
  return { code, ...said };
}

test('--help says what it asks, which variables name the meetings, and the exit codes', async () => {
  const { code, out } = await inProcess(['conformance', '--help']);
  expect(code).toBe(0);
  for (const name of [...Object.values(SUBJECT_VARIABLES), '--real', '--json', '2  it could not run'])
    expect(out).toContain(name);
  expect((await inProcess(['--help'])).out).toMatch(/^ {2}conformance /m);
});

test('what cannot run ends with 2 and says why, with --json as JSON', async () => {
  const port = await inProcess(['conformance', '--webhook-port', '70000']);
  expect([port.code, port.out]).toEqual([2, '']);
  expect(port.err).toContain('--webhook-port: expected 0 to 65535, got 70000');
  const settings = await inProcess(['conformance', '--real', '--json'], { ZOOM_PLAN: 'gold', PORT: 'x' });
  expect([settings.code, settings.out]).toEqual([2, '']);
  expect(JSON.parse(settings.err)).toMatchObject({ code: 'conformance', title: 'Conformance could not run' });
  expect(settings.err).toMatch(/ZOOM_PLAN.*PORT|PORT.*ZOOM_PLAN/);
  expect((await inProcess(['conformance', '--real'])).err).toContain('set ZOOM_ACCOUNT_ID');
});
