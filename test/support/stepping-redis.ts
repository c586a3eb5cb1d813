import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis, type TestRedis } from './redis-server.ts';

/** A Redis whose clock steps as a test says; the rest of the machine keeps its own. */
export interface SteppingRedis extends TestRedis {
  /** From now on its clock is `aheadMs` ahead of this machine's (behind, when negative). */
  step(aheadMs: number): void;
}

/** `stepping-clock.c` answers its questions for the time. */
export async function startSteppingRedis(): Promise<SteppingRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'livestream-test-clock-'));
  const library = join(folder, 'stepping-clock.so');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, 'test/support/stepping-clock.c']);
  if (built.status !== 0)
    throw new Error(`this test needs a C compiler (apt-get install gcc libc6-dev): ${built.error ?? built.stderr}`);
  const file = join(folder, 'ahead');
  const step = (aheadMs: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(aheadMs));
    writeFileSync(file, bytes, { flag: 'r+' });
  };
  writeFileSync(file, Buffer.alloc(8));
  const redis = await startRedis([], { LD_PRELOAD: library, STEPPING_CLOCK_FILE: file });
  return {
    ...redis,
    step,
    stop: async () => {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
