#!/usr/bin/env node
// `npm run test:node24`: the short part of the suite (the unit tests, and one installation of real processes) on Node 24, which the
// npm package `node` brings. Another version: `node scripts/test-on-node.mjs 26`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const version = process.argv[2] ?? '24';
const INTEGRATION = ['test/integration/library'];
const ACCEPTANCE = ['test/acceptance/zoom-events.test.ts'];

await setUpOrExit({ needsRedis: true });
const node = install();
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
// Processes that the tests start find this Node, too.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
const said = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
console.log(`test-on-node: ${said}`);
for (const args of [
  ['--project', 'unit'],
  [...INTEGRATION, ...ACCEPTANCE],
]) {
  const { status } = spawnSync(node, [vitest, 'run', ...args], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Into .data, beside the embedded Redis: git ignores it. */
function install() {
  const folder = join(root, '.data', `node-${version}`);
  const path = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  // The package fetches its program in an install script.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--foreground-scripts', `node@${version}`];
  const { status } = spawnSync('npm', ['--prefix', folder, ...args], { cwd: folder, stdio: 'inherit' });
  if (status !== 0 || !existsSync(path)) {
    console.error(`test-on-node: npm could not install node@${version}`);
    process.exit(1);
  }
  return path;
}
