import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What was compiled before: loading the compiler takes longer than everything else. */
const CACHE = new URL('../../node_modules/.cache/livestream-typescript/', import.meta.url);

/** Strips the types of our own files; Node 20 cannot. */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/')) return nextLoad(url, context);
  const fileName = fileURLToPath(url);
  const text = await readFile(fileName, 'utf8');
  return { format: 'module', source: await compiled(fileName, text), shortCircuit: true };
}

async function compiled(fileName, text) {
  const place = new URL(`${createHash('sha256').update(`${fileName}\n${text}`).digest('hex')}.js`, CACHE);
  const cached = await readFile(place, 'utf8').catch(() => null);
  if (cached !== null) return cached;
  const { default: ts } = await import('typescript');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    inlineSourceMap: true,
  };
  const { outputText } = ts.transpileModule(text, { fileName, compilerOptions });
  // In one step: others read it at the same time.
  const draft = new URL(`${place.href}.${process.pid}.${Math.random()}`);
  await mkdir(CACHE, { recursive: true });
  await writeFile(draft, outputText);
  await rename(draft, place);
  return outputText;
}
