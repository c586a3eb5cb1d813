#!/usr/bin/env node
// Compiles to dist/ and puts beside the code what it reads at run time. `npm run build`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stamp = join(dist, '.built-from');
const SOURCES = ['src', 'workers', 'sandbox', 'conformance', 'dashboard'];
const CONFIGURATION = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];
const DOCS_SCRIPT = join('dashboard', 'docs.js');
/** What Vite builds; it removes what is stale itself. */
const PAGE = join('dist', 'dashboard', 'page');
const EXECUTABLE = 'dist/src/cli/main.js';
/** Read by src/version.ts. */
const BUILD_INFO = 'build-info.json';
const SHEBANG = '#!/usr/bin/env node';

/** Whether dist/ was made from the sources as they are now. */
export function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

/** Builds; resolves to the exit code. */
export function build() {
  const before = fingerprint();
  rmSync(stamp, { force: true });
  const tsc = createRequire(join(root, 'package.json')).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) return status ?? 1;
  const pageStatus = buildPage();
  if (pageStatus !== 0) return pageStatus;
  const assets = filesOf(SOURCES).filter((path) => isAsset(path));
  for (const path of assets) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    copyFileSync(join(root, path), join(dist, path));
  }
  writeFileSync(join(dist, BUILD_INFO), `${JSON.stringify({ commit: commit() })}\n`);
  removeStale(new Set([join('dist', BUILD_INFO), ...assets.map((path) => join('dist', path))]));
  makeExecutable();
  linkForNpx();
  writeFileSync(stamp, before);
  return 0;
}

/** Null without git; an image's build gets it from outside (Dockerfile). */
function commit() {
  if (process.env.BUILD_COMMIT) return process.env.BUILD_COMMIT;
  const options = { cwd: root, encoding: 'utf8' };
  const { status, stdout } = spawnSync('git', ['describe', '--always', '--dirty', '--exclude=*'], options);
  return status === 0 ? stdout.trim() : null;
}

/** The page of the browser alone, by Vite; the exit code. */
export function buildPage() {
  const vite = join(dirname(createRequire(join(root, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js');
  const args = [vite, 'build', '--config', 'dashboard/vite.config.ts', '--logLevel', 'warn'];
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** Read at run time beside the code. Of the folder of the page only the script of /docs is: Vite builds the rest. */
function isAsset(path) {
  if (path.startsWith(`dashboard${sep}`)) return path === DOCS_SCRIPT;
  return !path.endsWith('.ts') || path.endsWith('.d.ts');
}

/** Output of a deleted source would still be imported. */
function removeStale(assets) {
  for (const path of filesOf(['dist'])) {
    const source = relative('dist', path).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    if (path.startsWith(PAGE)) continue;
    if (path !== join('dist', '.built-from') && !assets.has(path) && !existsSync(join(root, source)))
      rmSync(join(root, path));
  }
}

function makeExecutable() {
  const path = join(root, EXECUTABLE);
  if (!existsSync(path)) return;
  const code = readFileSync(path, 'utf8');
  if (!code.startsWith('#!')) writeFileSync(path, `${SHEBANG}\n${code}`);
  chmodSync(path, 0o755);
}

/** So that `npx livestream` in a checkout runs this build at once, without asking whether to install anything. */
function linkForNpx() {
  const bin = join(root, 'node_modules', '.bin');
  const link = join(bin, 'livestream');
  if (process.platform === 'win32' || !existsSync(join(root, 'node_modules'))) return;
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', EXECUTABLE), link);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [...filesOf(SOURCES), ...CONFIGURATION.filter((path) => existsSync(join(root, path)))]) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Paths from the checkout's root, in a fixed order. */
function filesOf(folders) {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((path) => !path.split(sep).includes('node_modules'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build();
