import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aBroadcast, type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { run } from '../support/fake-terminal.ts';
import { MAIN } from '../support/livestream-process.ts';

let api: FakeApi;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  api = await startFakeApi();
  api.broadcasts.set('b1', aBroadcast());
});
afterEach(() => api.stop());

/** The command line as a process of its own. */
function start(script: string, argv: string[]) {
  const env = { ...process.env, LIVESTREAM_API_URL: api.url, TZ: 'America/New_York' };
  return spawn(process.execPath, [script, ...argv], { env });
}

async function finished(child: ReturnType<typeof start>) {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

describe('the executable', () => {
  it('runs, prints and ends with the exit code', async () => {
    const shown = await finished(start(MAIN, ['show', 'b1', '--json']));
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(JSON.parse(shown.stdout)).toEqual(aBroadcast());
    expect((await finished(start(MAIN, ['show', 'nope']))).code).toBe(3);
  });

  it('runs through a symbolic link, as npm makes them', async () => {
    const link = join(folder, 'livestream');
    await symlink(MAIN, link);
    const { code, stdout } = await finished(start(link, ['list']));
    expect([code, stdout.includes('Sunday service')]).toEqual([0, true]);
  });

  it('reads a stream key from real standard input', async () => {
    const argv =
      'schedule 1 --start +1h --stream-url rtmps://a.example/live --page-url https://a.example --stream-key -';
    const child = start(MAIN, argv.split(' '));
    child.stdin.end('abcd-secret\n');
    const { code, stdout, stderr } = await finished(child);
    expect(code).toBe(0);
    expect(api.seen[0]?.body).toMatchObject({ destination: { streamKey: 'abcd-secret' } });
    expect(stdout + stderr).not.toContain('abcd');
  });

  it('does not mind that its reader has had enough', async () => {
    const child = start(MAIN, ['list']);
    child.stdout.destroy();
    const { code, stderr } = await finished(child);
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('knows every command in %s', async (shell) => {
    const { code, stdout } = await run(['completion', shell]);
    expect(code).toBe(0);
    for (const name of ['schedule', 'reschedule', 'doctor', 'worker']) expect(stdout).toContain(name);
    expect(stdout).toContain('speaker_view');
  });

  it('completes in a real bash', async () => {
    const { stdout } = await run(['completion', 'bash']);
    const complete = (words: string) =>
      spawnSync(
        'bash',
        [
          '-c',
          `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _livestream; echo "\${COMPREPLY[@]}"`,
        ],
        {
          encoding: 'utf8',
        },
      ).stdout.trim();
    expect(complete('livestream resc')).toBe('reschedule');
    expect(complete('livestream schedule --lay')).toBe('--layout');
    expect(complete('livestream series occ')).toBe('occurrences');
    expect(complete('livestream completion z')).toBe('zsh');
    expect(complete('livestream schedule --layout sp')).toBe('speaker_view');
    expect(complete('livestream list --js')).toBe('--json');
  });
});
