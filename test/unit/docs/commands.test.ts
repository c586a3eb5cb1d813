import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { CliContext } from '../../../src/cli/context.ts';
import { systemIo } from '../../../src/cli/io.ts';
import { buildProgram } from '../../../src/cli/program.ts';

/** Every command line that a document, a message or an advice shows: its command and its options must exist. */

const SHOWN = /(?:npx )?livestream ((?:[a-z]+)(?: (?:"[^"\n]*"|[^\s`'"\\$|;&)(#<>]+|<[^>\n]*>))*)/g;
/** Words that follow the product's name in prose. */
const PROSE = /^livestream (API|scheduler|process|settings|command|status\/)/;

async function filesOf(folder: string, end: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((one) => one.isFile() && end.test(one.name)).map((one) => join(one.parentPath, one.name));
}

function program(): Command {
  const root = new Command('livestream');
  return buildProgram(root, new CliContext(systemIo(), root), true);
}

/** What is wrong with `schedule 1 --start now`; null when nothing is. */
function wrongIn(line: string, root: Command): string | null {
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  let command = root.commands.find((one) => one.name() === words[0]);
  if (!command) return `no command ${words[0]}`;
  const inner = command.commands.find((one) => one.name() === words[1]);
  if (command.commands.length > 0 && words[1] && !words[1].startsWith('-') && !inner) return `no command ${words[1]}`;
  command = inner ?? command;
  const known = [...command.options, ...root.options].flatMap(({ long, short }) => [long, short]);
  const strange = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split('=')[0]);
  const unknown = strange.find((word) => word !== '--help' && !known.includes(word));
  return unknown === undefined ? null : `no option ${unknown}`;
}

it('shows no command that does not exist', async () => {
  const files = [
    'README.md',
    'examples/README.md',
    ...(await filesOf('docs', /\.md$/)),
    ...(await filesOf('src', /\.ts$/)),
  ];
  const root = program();
  const wrong: string[] = [];
  let seen = 0;
  for (const file of files) {
    // In prose the name of the product comes before other words too: only what is marked as code or printed counts.
    const text = await readFile(file, 'utf8');
    for (const [whole, line = ''] of text.matchAll(SHOWN)) {
      const before = text[(text.indexOf(whole) || 1) - 1] ?? '';
      const isMarked = /[`'"$]/.test(before) || whole.startsWith('npx') || /: livestream/.test(text);
      if (!isMarked || PROSE.test(whole)) continue;
      seen += 1;
      const found = wrongIn(line, root);
      if (found) wrong.push(`${file}: ${whole}: ${found}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThan(60);
});

it('says in every help where a time zone comes from, and no default that is none', () => {
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  for (const command of all(program())) {
    expect(command.helpInformation(), command.name()).not.toContain('default: []');
    for (const { long, description } of command.options)
      if (long === '--timezone') expect(description, command.name()).not.toContain("default: this machine's");
  }
});
