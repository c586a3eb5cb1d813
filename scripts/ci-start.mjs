#!/usr/bin/env node
// Runs `npm start` as a newcomer does, until the demonstration broadcast has ended, then Ctrl-C; fails when the sandbox did
// not see one start and one stop, when no lateness was printed, when what people read has request lines in it or no link
// to the page, or when a process is left over.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The demonstration is to be over within two minutes of the command (ms). */
const LIMIT_MS = 120_000;

// The demonstration is for an installation in which nothing is stored.
const dataDir = mkdtempSync(join(tmpdir(), 'livestream-start-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));
const child = spawn('npm', ['start'], {
  // Free ports: a service of the machine's own may hold 3000.
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', SANDBOX_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
const began = performance.now();
let output = '';
let interrupted = false;

const timer = setTimeout(() => finish('npm start: the demonstration did not end within two minutes'), LIMIT_MS);
child.stdout.on('data', (data) => {
  output += data;
  process.stdout.write(data);
  // The last line of the demonstration.
  if (interrupted || !/^demonstration {2}(ended|canceled|missed|failed):.*\n.*#\/broadcasts\/.*\n/m.test(output))
    return;
  interrupted = true;
  process.kill(-child.pid, 'SIGINT');
});
child.on('exit', (code, signal) => {
  clearTimeout(timer);
  if (!interrupted) return finish(`npm start ended by itself with ${signal ?? code}`);
  const wanted = [
    /^sandbox saw +start at .* answered 204$/m,
    /^sandbox saw +stop at .* answered 204$/m,
    /^demonstration {2}ended: start \d+ ms late, stop \d+ ms late$/m,
    /^page {11}http:\/\/127\.0\.0\.1:\d+ /m,
    /see it at http:\/\/127\.0\.0\.1:\d+\/#\/broadcasts\/bc_\w+\n/,
  ];
  const missing = wanted.filter((line) => !line.test(output));
  if (missing.length > 0) return finish(`npm start printed no line like ${missing.join(', ')}`);
  const request = output.split('\n').find((line) => /\/v1\/|"msg":"request"/.test(line));
  if (request) return finish(`npm start printed a line of a request: ${request}`);
  if (groupLives()) return finish('npm start left a process behind');
  console.log(`npm start: done in ${Math.round((performance.now() - began) / 1000)} s`);
});

function groupLives() {
  try {
    return process.kill(-child.pid, 0);
  } catch {
    return false;
  }
}

function finish(problem) {
  console.error(problem);
  if (groupLives()) process.kill(-child.pid, 'SIGKILL');
  process.exit(1);
}
