#!/usr/bin/env node
// `npm run dev`: runs `livestream up` from the sources and restarts it when one of them changes. Arguments go to `up`.
// To run another command, name it first: `npm run dev -- worker`.
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { setUpOrExit } from './setup.mjs';

const WATCHED = ['src', 'workers', 'sandbox', 'conformance', 'dashboard'];
/** An editor writes several files at once: one restart for all of them. */
const SETTLE_MS = 150;

await setUpOrExit();
// Only now: it needs the packages.
const { buildPage } = await import('./build.mjs');
const [first = 'up', ...rest] = process.argv.slice(2);
const args = first.startsWith('-') ? ['up', first, ...rest] : [first, ...rest];

let child = start();
let settled;
let restarting = false;
let ending = false;

for (const folder of WATCHED.filter((path) => existsSync(path))) {
  watch(folder, { recursive: true }, (_event, file) => {
    if (ending || !file || /(^|\/)\.|~$/.test(file)) return;
    clearTimeout(settled);
    settled = setTimeout(() => restart(`${folder}/${file}`), SETTLE_MS);
  });
}
// A terminal sends Ctrl-C to the child as well; it takes two within a second for one.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ending = true;
    if (!isRunning()) process.exit(0);
    child.kill(signal);
  });
}

function isRunning() {
  return child.exitCode === null && child.signalCode === null;
}

function restart(file) {
  console.error(`dev: ${file} changed, restarting`);
  // The page is the one part that does not run from its sources. If it cannot be built, the errors are above.
  if (file.startsWith('dashboard/')) buildPage();
  if (!isRunning()) child = start();
  else if (!restarting) {
    restarting = true;
    child.kill('SIGTERM');
  }
}

function start() {
  const loader = ['--enable-source-maps', '--import', './test/support/run-typescript.mjs'];
  const started = spawn(process.execPath, [...loader, 'src/cli/main.ts', ...args], { stdio: 'inherit' });
  started.on('exit', (code, signal) => {
    if (ending) process.exit(code ?? 1);
    if (!restarting)
      console.error(`dev: ${args[0]} ended (${signal ?? `exit code ${code}`}); restarts on the next change`);
    else child = start();
    restarting = false;
  });
  return started;
}
