import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** The short form of `node scripts/mutations.mjs`, which breaks every rule of its table and takes minutes. */
function mutations(...args: string[]): { status: number | null; table: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/mutations.mjs', ...args], {
    encoding: 'utf8',
    timeout: 290_000,
  });
  return { status, table: stdout + stderr };
}

it('every breakage of the table still fits the code', () => {
  const { status, table } = mutations('--fits');
  expect(table).not.toContain('MISPLACED');
  expect(table).toMatch(/every breakage fits: \d\d/);
  expect(status).toBe(0);
});

it('tests notice a start gate ignored in Lua, a stale fence in the core, and a worker that sends what is stale', () => {
  const names = ['gate ignored at the claim', 'fence unchecked', 'a paused worker sends what is stale'];
  const { status, table } = mutations('--quick', '--only', names.join(','));
  expect(table).toContain('every breakage was caught: 3');
  expect(status).toBe(0);
}, 300_000);
