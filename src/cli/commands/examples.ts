import type { Command } from 'commander';

/** Adds examples to a command's help. */
export function addExamples(command: Command, lines: string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);
}
