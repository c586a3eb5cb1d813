import type { Command } from 'commander';
import type { Severity } from '../../health/check-result.ts';
import type { CliContext } from '../context.ts';
import type { CheckResult } from '../doctor/check.ts';
import { EXIT } from '../exit-codes.ts';
import { plain, type Tint } from '../text/terminal-text.ts';
import { addExamples } from './examples.ts';

const SEVERITY_TINT: Record<Severity, Tint> = { ok: 'green', warning: 'yellow', fault: 'red' };

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('doctor')
    .description('check Redis, Zoom and your settings, and suggest fixes')
    .action(() => doctor(context));
  command.addHelpText(
    'after',
    '\nIt checks from the machine it runs on, not through the API. Exit code 0: no error (there may be warnings); 1: an error.',
  );
  addExamples(command, ['livestream doctor', 'REDIS_URL=redis://10.0.0.5:6379 livestream doctor --json']);
}

async function doctor(context: CliContext): Promise<void> {
  const { diagnose } = await import('../doctor/diagnose.ts');
  const results = await diagnose(context.io, (result) => {
    if (!context.json) context.print(resultLines(result, context));
  });
  const issues = results.filter(({ severity }) => severity === 'fault').length;
  if (issues > 0) context.exitCode = EXIT.failed;
  if (context.json) return context.printJson({ ok: issues === 0, checks: results });
  const warnings = results.filter(({ severity }) => severity === 'warning').length;
  context.print(`\n${counted(issues, 'error')}, ${counted(warnings, 'warning')}\n`);
}

function resultLines({ name, severity, message, fix }: CheckResult, context: CliContext): string {
  const head = `${context.paint(SEVERITY_TINT[severity], severity.padEnd('warning'.length))}  ${plain(`${name}: ${message}`)}\n`;
  return fix === null ? head : `${head}${' '.repeat('warning'.length)}  → ${plain(fix)}\n`;
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
