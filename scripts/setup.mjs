#!/usr/bin/env node
// Makes a fresh checkout ready: packages, build, a Redis server. Needs no package itself. The second run does nothing.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, HOW_TO_GET_CHROMIUM } from './chromium.mjs';
import { findProgram } from './find-program.mjs';
import { HOW_TO_GET_PROMETHEUS, prometheus } from './prometheus.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const installStamp = join(modules, '.livestream-installed');
const lock = join(root, '.data', 'setup.lock');
const LOCK_POLL_MS = 200;
const REDIS_BINARIES = ['redis-server', 'valkey-server'];

/** A step that a person has to do; its message says which. */
export class SetupError extends Error {}

/**
 * `needsRedis`: a server must be on the PATH even when REDIS_URL is set (the tests start their own). `wantsOptional`: Chromium
 * and Prometheus, which one test each needs; if one cannot be installed, setup prints how to get it and continues.
 * Throws SetupError.
 */
export function setUp({ needsRedis = false, wantsOptional = false } = {}) {
  checkNode();
  if (wantsOptional && !chromium()) getChromium();
  if (wantsOptional && !prometheus()) getPrometheus();
  if (isReady(needsRedis)) return;
  const release = takeLock();
  try {
    if (!isInstalled()) installPackages();
    if (redisWanted(needsRedis) && !redisServer()) installRedis();
    // The tests that step Redis' clock build a small library; without it they say what is missing.
    if (needsRedis && !compiler()) installCompiler();
  } finally {
    release();
  }
}

/** Builds when the sources have changed since. Separate, as it needs the packages. */
export async function buildIfNeeded() {
  const { build, isBuilt } = await import('./build.mjs');
  if (isBuilt()) return;
  const release = takeLock();
  try {
    if (isBuilt()) return;
    say('building');
    if (build() !== 0) throw new SetupError('the build failed');
  } finally {
    release();
  }
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function checkNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace(/[^\d.]/g, '');
  const [wantedMajor, wantedMinor = 0] = wanted.split('.').map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(`Node ${wanted} or newer is needed, this is ${process.versions.node}: https://nodejs.org`);
}

function isReady(needsRedis) {
  return isInstalled() && (!redisWanted(needsRedis) || redisServer() !== null) && (!needsRedis || compiler());
}

function redisWanted(needsRedis) {
  return needsRedis || !(process.env.REDIS_URL || process.env.REDIS_URL_FILE);
}

// Packages

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(installStamp) && readFileSync(installStamp, 'utf8') === lockfileHash();
}

function installPackages() {
  const hash = lockfileHash();
  // Packages that `npm ci` or `npm install` has put in place before are as good.
  if (!isPutInPlace()) {
    say('installing the npm packages (npm ci)');
    const npm = process.env.npm_execpath;
    const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const options = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const failure = attempt(command, [...args, 'ci', ...options]);
    // npm ci insists on an entry for each platform's build of an optional package, which not every registry has. The
    // versions are the lock file's here too.
    if (failure?.includes('EUSAGE')) run(command, [...args, 'install', '--no-save', ...options], 'npm install failed');
    else if (failure !== null) throw new SetupError(`npm ci failed:\n${failure}`);
  }
  writeFileSync(installStamp, hash);
}

/** npm notes in node_modules what it has installed: all that the lock file asks for, except builds for other platforms. */
function isPutInPlace() {
  const note = join(modules, '.package-lock.json');
  if (!existsSync(note)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const installed = packagesOf(note);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(([path, { optional, version }]) => {
    if (path === '' || optional) return true;
    return installed[path]?.version === version && existsSync(join(root, path, 'package.json'));
  });
}

// Redis

function redisServer() {
  return findProgram(...REDIS_BINARIES);
}

/** As root on Debian or Ubuntu. */
function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

function installFromDebian(...names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  run('apt-get', ['update', '-qq'], 'apt-get update failed', env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], 'apt-get install failed', env);
}

/** On Ubuntu the package chromium only points to a snap: what counts is whether there is a program afterwards. */
function getChromium() {
  getOptional('chromium', chromium, 'for the tests of the page', HOW_TO_GET_CHROMIUM);
}

function getPrometheus() {
  getOptional('prometheus', prometheus, 'for the test of the alert rules', HOW_TO_GET_PROMETHEUS);
}

/** A program that one test needs: if it cannot be installed, setup prints how to get it and continues. */
function getOptional(name, find, purpose, howToGet) {
  const release = takeLock();
  try {
    if (find()) return;
    if (mayInstall()) {
      say(`installing ${name}, ${purpose} (apt-get)`);
      const withoutService = forbidServices();
      try {
        installFromDebian(name);
      } finally {
        withoutService();
      }
    }
    if (!find()) say(howToGet);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`${error.message}\n${howToGet}`);
  } finally {
    release();
  }
}

function installRedis() {
  if (!mayInstall()) {
    throw new SetupError(
      'no redis-server and no valkey-server on the PATH. Install one, then run this again:\n' +
        '  Debian, Ubuntu: sudo apt-get install redis-server\n' +
        '  Fedora:         sudo dnf install valkey\n' +
        '  Alpine:         apk add redis\n' +
        '  macOS:          brew install redis\n' +
        'or, for npm start, set REDIS_URL to a Redis that runs.',
    );
  }
  say('installing redis-server (apt-get)');
  const withoutService = forbidServices();
  try {
    installFromDebian('redis-server');
  } finally {
    withoutService();
  }
  if (!redisServer()) throw new SetupError('redis-server was installed but is not on the PATH');
}

function compiler() {
  return spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0;
}

function installCompiler() {
  if (!mayInstall())
    throw new SetupError('no C compiler (cc) on the PATH: sudo apt-get install gcc libc6-dev, then run this again');
  say('installing gcc (apt-get), for the tests that step the clock of Redis');
  installFromDebian('gcc', 'libc6-dev');
}

/** Debian starts a service as it is installed, unless this file says 101 (invoke-rc.d(8)). One that is there stays. */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}

/** Runs quietly; shows the output if it fails. */
function run(command, args, failure, env = process.env) {
  const said = attempt(command, args, env);
  if (said !== null) throw new SetupError(`${failure}:\n${said}`);
}

/** Null, or the output of a command that failed. */
function attempt(command, args, env = process.env) {
  const options = { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  return status === 0 ? null : `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trimEnd();
}

// Two at once

/** Exactly one process can create the folder; it holds the id of its creator. */
function takeLock() {
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 });
  let announced = false;
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!announced) say('waiting for another setup of this checkout');
    announced = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
}

function isAbandoned() {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    if (!pid) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code !== 'ENOENT') return false;
    // Its creator is about to write its id, or died before it could.
    return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5_000;
  }
}

/** Runs everything; prints a failure and ends the process. */
export async function setUpOrExit(options) {
  try {
    setUp(options);
    await buildIfNeeded();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const forTests = process.argv.includes('--test');
  await setUpOrExit({ needsRedis: forTests, wantsOptional: forTests });
}
