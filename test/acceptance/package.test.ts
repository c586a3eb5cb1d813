import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, it } from 'vitest';

// @ts-expect-error a script without types
import { isBuilt } from '../../scripts/build.mjs';

/** The package as npm would install it, in a folder below the checkout, where its dependencies are found. */
let folder: string;

beforeAll(async () => {
  await mkdir('.data', { recursive: true });
  folder = resolve(await mkdtemp('.data/package-'));
  if (isBuilt()) await cp('dist', join(folder, 'dist'), { recursive: true });
  else {
    const built = command('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')]);
    expect(built.stdout).toBe('');
    await cp('src/documents/streams.schema.json', join(folder, 'dist/src/documents/streams.schema.json'));
  }
  for (const name of ['package.json', 'LICENSE']) await cp(name, join(folder, name));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function command(script: string, argv: string[], cwd = process.cwd()) {
  const path = createRequire(import.meta.url).resolve(script);
  return spawnSync(process.execPath, [path, ...argv], { cwd, encoding: 'utf8' });
}

it('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
  expect(messages).toEqual([]);
});

it('attw finds the types of every entry', async () => {
  const script = join(
    dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
    'dist/index.js',
  );
  // Packed without scripts: the folder holds the build, and what prepack prints is no JSON.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const packed = spawnSync('npm', pack, { cwd: folder, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  const argv = [script, filename, '--profile', 'esm-only', '--format', 'json'];
  const { stdout, status } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  const { analysis } = JSON.parse(stdout) as { analysis: { entrypoints: object; types: unknown } };
  expect(Object.keys(analysis.entrypoints)).toEqual(['.', './client', './streams.schema.json', './package.json']);
  expect([status, analysis.types]).toEqual([0, { kind: 'included' }]);
});

const PROGRAM = `
import { createScheduler, createWorker, LivestreamError, type Broadcast } from 'livestream-scheduler';
import { createClient } from 'livestream-scheduler/client';

export async function plan(): Promise<Broadcast> {
  const scheduler = await createScheduler({ redis: 'redis://127.0.0.1' });
  await createWorker({ redis: { port: 6379 }, zoom: { accessToken: 't' } });
  scheduler.on('broadcast.live', ({ data }) => data['id']);
  return scheduler.schedule({ meetingId: '1', startAt: new Date() });
}
export async function remote(): Promise<string | null> {
  const client = createClient({ url: 'http://127.0.0.1:3000' });
  const { stopAt } = await client.createBroadcast({ body: { meetingId: '1', startAt: 'now' } });
  await client.changeBroadcast({ path: { id: '1' }, headers: { 'If-Match': '"1"' }, body: { title: null } });
  return stopAt;
}
export const code = (error: unknown) => (error instanceof LivestreamError ? error.code : null);
`;

const WRONG = `
import { createScheduler } from 'livestream-scheduler';
import { createClient } from 'livestream-scheduler/client';
const scheduler = await createScheduler({ redis: 'redis://127.0.0.1' });
await scheduler.schedule({ meetingId: '1' });
(await scheduler.get('1')).nope;
await scheduler.list({ status: 'gone' });
const client = createClient({ url: 'http://127.0.0.1:3000' });
await client.getBroadcast();
await client.createBroadcast({ body: { startAt: 'now' } });
(await client.livez()).nope;
`;

it("a program's types are checked against ours", async () => {
  const program = join(folder, 'program');
  await mkdir(join(program, 'node_modules'), { recursive: true });
  await symlink(folder, join(program, 'node_modules/livestream-scheduler'));
  await writeFile(join(program, 'package.json'), '{"type":"module"}');
  await writeFile(join(program, 'right.ts'), PROGRAM);
  await writeFile(join(program, 'wrong.ts'), WRONG);
  const options = '--noEmit --strict --module nodenext --target es2023 --types node --skipLibCheck';
  const { stdout } = command('typescript/bin/tsc', [...options.split(' '), 'right.ts', 'wrong.ts'], program);
  const reported = [...stdout.matchAll(/^(\w+)\.ts\((\d+)/gm)].map(([, file, line]) => `${file}:${line}`);
  expect(reported).toEqual(['wrong:5', 'wrong:6', 'wrong:7', 'wrong:9', 'wrong:10', 'wrong:11']);
}, 120_000);

it('brings the conformance suite, which runs against the sandbox', () => {
  const argv = [join(folder, 'dist/src/cli/main.js'), 'conformance', '--only', '4.', '--only', '8.', '--json'];
  const env = { PATH: process.env.PATH ?? '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: folder,
    env,
    input: '',
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const { differs, results } = JSON.parse(stdout) as { differs: number; results: { asked: boolean }[] };
  expect(differs).toBe(0);
  expect(results.filter(({ asked }) => asked).length).toBeGreaterThan(3);
}, 60_000);

it('says what it needs of Node', async () => {
  const { engines, type } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  expect([engines.node, type]).toEqual(['>=20.19', 'module']);
});

it('says which version and which commit it is', () => {
  const { stdout } = spawnSync(process.execPath, [join(folder, 'dist/src/cli/main.js'), '--version'], {
    encoding: 'utf8',
  });
  const head = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  // Without git, or when only documents have changed since the build, the commit is another one or missing.
  expect(stdout).toMatch(head.status === 0 ? /^\d+\.\d+\.\d+ \([0-9a-f]{7,}(-dirty)?\)\n$/ : /^\d+\.\d+\.\d+/);
});
