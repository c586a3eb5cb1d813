#!/usr/bin/env node
// `npm run lock`, after every change of the dependencies: adds to package-lock.json the builds for other platforms that the
// registry at hand did not have when it was written. Without an entry for each, `npm ci` refuses the lock file everywhere;
// with one, npm skips those that are for other machines.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = missingBuilds(lock.packages);
Object.assign(lock.packages, added);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${Object.keys(added).length} builds for other platforms added`);

function missingBuilds(packages) {
  const found = {};
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = packages[`node_modules/${name}`] ?? packages[`${parent}/node_modules/${name}`];
      // A range has no entry only if the registry at hand lacks the package; its lowest version stands for it.
      const [lowest] = /\d.*/.exec(version) ?? [];
      if (!known && lowest) found[`node_modules/${name}`] = buildOf(name, lowest, dev);
    }
  }
  return found;
}

/** The name says what it is for: `@scope/thing-linux-arm64-musl`. */
function buildOf(name, version, dev) {
  const words = name.split(/[-/]/).map((word) => (word === 'windows' ? 'win32' : word));
  const cpu = CPU.find((one) => words.includes(one));
  const os = OS.find((one) => words.includes(one));
  return {
    version,
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(dev ? { dev } : {}),
    optional: true,
    ...(os ? { os: [os] } : {}),
  };
}
