import { readdirSync, readFileSync } from 'node:fs';

/** A command line that a guide shows, as its reader types it. */
export interface ShownCommand {
  file: string;
  /** Without a comment, in one line. */
  line: string;
}

const FENCE = /^ *```(?:sh)?\n([\s\S]*?)^ *```/gm;
const INLINE = /`((?:[A-Z_]+=\S+ )?(?:npx )?(?:livestream [a-z]|curl )[^`\n]*)`/g;

/** Every command of the guides: lines of their code blocks, and what stands as a command within a sentence. */
export function commandsShown(): ShownCommand[] {
  const guides = readdirSync('docs').filter((name) => name.endsWith('.md'));
  return ['README.md', ...guides.sort().map((name) => `docs/${name}`)].flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const found: { at: number; line: string }[] = [];
    const prose = text.replace(/^ *```[\s\S]*?^ *```/gm, (block) => ' '.repeat(block.length));
    for (const { index, 1: line = '' } of prose.matchAll(INLINE)) found.push({ at: index, line });
    for (const { index, 1: block = '' } of text.matchAll(FENCE))
      for (const line of linesOf(block)) found.push({ at: index, line });
    return found.sort((a, b) => a.at - b.at).map(({ line }) => ({ file, line }));
  });
}

/** A backslash, and an open quotation mark, go on in the next line. */
function linesOf(block: string): string[] {
  const lines: string[] = [];
  let open = '';
  for (const raw of block.replaceAll('\\\n', ' ').split('\n')) {
    open = open === '' ? raw.trim() : `${open} ${raw.trim()}`;
    if ((open.match(/'/g) ?? []).length % 2 === 1) continue;
    const line = open.replace(/\s+#.*$/, '').replace(/\s+/g, ' ');
    open = '';
    if (/^([A-Z_]+=\S+ )*(npx |npm |sudo |docker |kubectl |livestream |curl )/.test(line)) lines.push(line);
  }
  return lines;
}

/** As a shell would: quotation marks hold words together, and what goes to a file goes nowhere. */
export function wordsOf(line: string): string[] {
  const words: string[] = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const end = words.indexOf('>');
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/^(["'])([\s\S]*)\1$/, '$2'));
}
