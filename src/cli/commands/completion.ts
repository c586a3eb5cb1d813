import { Argument, type Command } from 'commander';
import { type CommandWords, completionScript, SHELLS, type Shell } from '../completion-script.ts';
import type { CliContext } from '../context.ts';
import { addExamples } from './examples.ts';

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('completion')
    .description('print a completion script for your shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => context.print(completionScript(shell, wordsOf(program))));
  addExamples(command, [
    'livestream completion bash > ~/.local/share/bash-completion/completions/livestream',
    'livestream completion zsh > ~/.zsh/completions/_livestream',
    'livestream completion fish > ~/.config/fish/completions/livestream.fish',
  ]);
}

/** Generated from the commands themselves, so it is always complete. */
function wordsOf(program: Command): CommandWords[] {
  const globalOptions = optionsOf(program);
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    follow: [
      ...command.commands.map((one) => one.name()),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ],
    options: [...optionsOf(command), ...globalOptions],
  }));
}

function optionsOf(command: Command): CommandWords['options'] {
  return command.options.map(({ long, description, argChoices, required, optional }) => ({
    name: (long ?? '').replace(/^--/, ''),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  }));
}
