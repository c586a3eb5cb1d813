#!/usr/bin/env node
// `npm run release:check`: what a release must hold. Writes the software bill of materials (CycloneDX) to the file given, if any;
// checks every licence that the package brings along, the files that `npm pack` ships, and known vulnerabilities.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import satisfies from 'spdx-satisfies';
import { build, isBuilt } from './build.mjs';

/** Licences that may be combined with MIT without duties for the user beyond keeping the notice; MPL-2.0 is per file. */
const ALLOWED = [
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'Unicode-3.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
];
/** Without these the package does not work. */
const REQUIRED_FILES = [
  'package.json',
  'LICENSE',
  'README.md',
  'dist/build-info.json',
  'dist/src/index.js',
  'dist/src/index.d.ts',
  'dist/src/client/index.js',
  'dist/src/cli/main.js',
  'dist/workers/start-worker.js',
  'dist/sandbox/sandbox.js',
  'dist/dashboard/page/index.html',
];
const MAY_SHIP = /^(dist\/|package\.json$|LICENSE$|README\.md$)/;
const NEVER_SHIP = /(\.test\.|\/test\/|\.env|\.pem$|\.key$)/;
/** Unpacked. Twice of what it was when this was written, bytes. */
const MAX_UNPACKED_BYTES = 12_000_000;

const problems = [];
if (!isBuilt() && build() !== 0) process.exit(1);
checkLicences(JSON.parse(npm('sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev').stdout));
checkFiles(JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts').stdout)[0]);
checkVulnerabilities(npm('audit', '--omit=dev', '--json'));
for (const problem of problems) console.error(`release: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function npm(...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  return { status, stdout, stderr };
}

function checkLicences(sbom) {
  const [file] = process.argv.slice(2);
  if (file) writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
  const components = sbom.components ?? [];
  for (const { name, version, licenses = [] } of components) {
    const expression = licenses
      .map(({ license, expression }) => expression ?? license?.id ?? license?.name)
      .join(' AND ');
    if (!isAllowed(expression))
      problems.push(
        `${name} ${version} has the licence "${expression || 'none'}": allow it here, or take another package`,
      );
  }
  console.log(`release: ${components.length} packages, all under allowed licences: ${problems.length === 0}`);
}

function isAllowed(expression) {
  try {
    return satisfies(expression, ALLOWED);
  } catch {
    return false;
  }
}

function checkFiles({ files, unpackedSize }) {
  const paths = files.map(({ path }) => path);
  for (const path of REQUIRED_FILES) if (!paths.includes(path)) problems.push(`npm pack does not ship ${path}`);
  for (const path of paths) if (!MAY_SHIP.test(path) || NEVER_SHIP.test(path)) problems.push(`npm pack ships ${path}`);
  if (unpackedSize > MAX_UNPACKED_BYTES)
    problems.push(`the package has ${unpackedSize} bytes, more than ${MAX_UNPACKED_BYTES}`);
  console.log(`release: ${paths.length} files, ${Math.round(unpackedSize / 1000)} kB unpacked`);
}

/** Not every registry answers npm's question for known vulnerabilities: then the one who releases asks another. */
function checkVulnerabilities({ stdout }) {
  const report = JSON.parse(stdout || '{}');
  if (!report.metadata) {
    console.log(
      'release: this registry does not say which vulnerabilities are known: run `npm audit --omit=dev` with one that does',
    );
    return;
  }
  const { high = 0, critical = 0, total = 0 } = report.metadata.vulnerabilities;
  console.log(`release: ${total} known vulnerabilities, ${high + critical} of them high or critical`);
  if (high + critical > 0) problems.push(`${high + critical} high or critical vulnerabilities: npm audit --omit=dev`);
}
