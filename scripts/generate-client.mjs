#!/usr/bin/env node
// Writes the typed client's generated files and docs/errors.md from the description that the API itself serves. `npm run generate`.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '../test/support/run-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { serveApi } = await import('../test/support/api-document.ts');
const { generatedFiles } = await import('../test/support/generated-client.ts');

const api = await serveApi();
const files = await generatedFiles(api.document).finally(() => api.stop());
for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
const biome = createRequire(join(root, 'package.json')).resolve('@biomejs/biome/bin/biome');
const { status } = spawnSync(
  process.execPath,
  [biome, 'format', '--write', ...Object.keys(files).filter((path) => path.endsWith('.ts'))],
  { cwd: root },
);
process.exitCode = status ?? 1;
