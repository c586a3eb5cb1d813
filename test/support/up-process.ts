import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { MAIN } from './livestream-process.ts';
import { freePort } from './redis-server.ts';
import { ask } from './sandbox-client.ts';
import { until } from './wait-for.ts';

export interface Up {
  child: ChildProcess;
  output(): string;
}

/** `livestream up` again and again in one data folder, for one test. */
export async function openUps(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  more: Record<string, string> = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'livestream-up-'));
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '', HOME = '' } = process.env;
  const env: Record<string, string> = {
    PATH,
    HOME,
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    LOG_FORMAT: 'json',
    ...more,
  };
  const spawnUp = (...argv: string[]): Up => {
    const child = spawn(process.execPath, [MAIN, 'up', ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said += chunk;
      });
    }
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return { child, output: () => said };
  };
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  return {
    url,
    /** Of the next one: may be changed. */
    env,
    spawn: spawnUp,
    start: async (...argv: string[]) => {
      const up = spawnUp(...argv);
      const ready = async () =>
        ask('GET', `${url}/readyz`, undefined, {}).then(
          ({ status }) => status === 200,
          () => false,
        );
      await until('up is ready', ready, 60_000).catch((error) => {
        throw new Error(`${error.message}: ${up.output()}`);
      });
      return up;
    },
    /** Process ids of everything that was started for this data folder. */
    ours: () => processesOf(dataDir),
  };
}

/** Processes with the folder in their environment or command line (Linux), zombies left out. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(
        ['environ', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      return texts.some((text) => text.includes(folder));
    }),
  );
  return pids.filter((_pid, i) => ours[i]);
}
