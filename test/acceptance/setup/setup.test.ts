import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const COPIED = ['scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** A small checkout: the real scripts and packages, a product of one file. */
let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'livestream-setup-'));
  for (const name of COPIED) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  // Each package by itself: whatever is done to this folder does not reach the real one.
  mkdirSync(join(checkout, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '.livestream-installed')
      symlinkSync(join(ROOT, 'node_modules', name), join(checkout, 'node_modules', name));
  }
  write('src/cli/main.ts', 'console.log(process.argv.slice(1).join(" "));\nprocess.exitCode = 7;\n');
  write('src/queue/claim.lua', '-- claims');
  write('dashboard/index.html', '<p>The page</p>\n');
  const page = { root: 'dashboard', build: { outDir: '../dist/dashboard/page', emptyOutDir: true } };
  write('dashboard/vite.config.ts', `export default ${JSON.stringify(page)};\n`);
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, content: string) {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), content);
}

function run(script: string, args: string[] = [], env: Record<string, string> = {}) {
  const options = {
    cwd: checkout,
    encoding: 'utf8' as const,
    env: { ...process.env, ...env },
    stdio: ['ignore' as const, 'pipe' as const, 'pipe' as const],
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('scripts', script), ...args], options);
  return { status, stdout, stderr };
}

const inDist = (path: string) => existsSync(join(checkout, 'dist', path));

describe('setup', () => {
  it('says what it does, and the second time does nothing and says nothing', () => {
    expect(run('setup.mjs')).toEqual({ status: 0, stdout: '', stderr: 'setup: building\n' });
    expect(run('setup.mjs')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(run('setup.mjs', ['--test'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('needs no Redis server of its own when REDIS_URL names one', () => {
    const path = { PATH: dirname(process.execPath).replace('/usr/bin', '/nowhere'), REDIS_URL: 'redis://db' };
    run('setup.mjs');
    expect(run('setup.mjs', [], path)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('builds again after a change, takes the Lua along and clears out what has no source any more', () => {
    run('setup.mjs');
    expect(inDist('src/queue/claim.lua')).toBe(true);
    accessSync(join(checkout, 'dist/src/cli/main.js'), constants.X_OK);
    write('src/new.ts', 'export const now = 1;\n');
    rmSync(join(checkout, 'src/queue/claim.lua'));
    expect(run('setup.mjs').stderr).toBe('setup: building\n');
    expect([inDist('src/new.js'), inDist('src/queue/claim.lua')]).toEqual([true, false]);
    rmSync(join(checkout, 'src/new.ts'));
    run('setup.mjs');
    expect([inDist('src/new.js'), inDist('src/new.d.ts'), inDist('src/cli/main.js')]).toEqual([false, false, true]);
  });

  it('stops with exit code 1 when the build fails, and does not take it for built', () => {
    write('src/faulty.ts', 'export const number: number = "text";\n');
    for (const _attempt of [1, 2]) {
      const { status, stderr } = run('setup.mjs');
      expect([status, stderr]).toEqual([1, 'setup: building\nsetup: the build failed\n']);
    }
  });

  it('may run twice at once', async () => {
    const both = ['a', 'b'].map(() =>
      spawn(process.execPath, ['scripts/setup.mjs'], { cwd: checkout, stdio: 'ignore' }),
    );
    expect(await Promise.all(both.map((child) => once(child, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(existsSync(join(checkout, '.data/setup.lock'))).toBe(false);
    expect(run('setup.mjs').stderr).toBe('');
  });

  it('takes over from a setup that was killed', () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    write('.data/setup.lock/pid', String(gone));
    expect(run('setup.mjs')).toMatchObject({ status: 0, stderr: 'setup: building\n' });
  });
});

describe('start', () => {
  it('sets up, then runs up with its arguments as the program itself, and hands its exit code on', () => {
    const { status, stdout } = run('start.mjs', ['--port', '0']);
    expect(stdout).toMatch(/dist\/src\/cli\/main\.js up --demo --port 0\n$/);
    expect(status).toBe(7);
  });

  it('ends soon after npm was killed', async () => {
    const waits = 'console.log("up", process.pid);\nsetInterval(() => {}, 1_000);\n';
    const ends = 'process.once("SIGTERM", () => {\n  console.log("down");\n  process.exit();\n});\n';
    write('src/cli/main.ts', waits + ends);
    run('setup.mjs');
    const npm = spawn('npm', ['start', '--silent'], { cwd: checkout, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    const closed = once(npm.stdout, 'close');
    npm.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('up')) npm.kill('SIGKILL');
    });
    await closed;
    expect(said).toMatch(/^up \d+\ndown\n$/);
  });
});
