#!/usr/bin/env node
// `npm start`: makes the checkout ready, then runs `livestream up` with a demonstration.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

const PARENT_POLL_MS = 500;

await setUpOrExit();
if (process.env.npm_lifecycle_event) watchNpm();
// As the program of this process, not as a part of it: it sees to an unknown time zone and a closed terminal, too.
const program = new URL('../dist/src/cli/main.js', import.meta.url);
process.argv.splice(1, 1, fileURLToPath(program), 'up', '--demo');
await import(program.href);

/**
 * If npm is killed (kill -9), it tells nobody: without this we would keep running unnoticed and hold the port. Between npm and us
 * there may be a shell, which lives on; so its parent counts too.
 */
function watchNpm() {
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (
      process.ppid === parent &&
      (process.platform !== 'linux' || parentOf(parent) === grandparent) &&
      isAlive(grandparent)
    )
      return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS);
  timer.unref();
}

function isAlive(pid) {
  try {
    return !pid || process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** 0 when it is not known. */
function parentOf(pid) {
  if (process.platform !== 'linux')
    return Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }).stdout) || 0;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
