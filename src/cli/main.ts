#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { machineZoneOf, resolvedZone } from '../time/machine-zone.ts';
import { CliContext } from './context.ts';
import { CliFailure, EXIT } from './exit-codes.ts';
import { type CliIo, systemIo } from './io.ts';
import { buildProgram } from './program.ts';
import { printFailure } from './text/failure-text.ts';
import { systemErrorText } from './text/system-error.ts';

export type { CliIo } from './io.ts';

/**
 * Runs one command line. Never rejects and never ends the process.
 * @param argv only the arguments, without node and script.
 * @returns the exit code, see `exit-codes.ts`.
 */
export async function main(argv: string[], io: CliIo = systemIo()): Promise<number> {
  const program = new Command(io.name ?? 'livestream');
  const context = new CliContext(io, program);
  const asJson = argv.includes('--json');
  try {
    await buildProgram(program, context, asJson).parseAsync(argv, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return report(error, context, asJson);
  } finally {
    context.close();
  }
}

function report(error: unknown, context: CliContext, asJson: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, context, asJson);
  const failure = error instanceof CliFailure ? error : unexpected(error);
  printFailure(failure, context.io.stderr, asJson);
  return failure.exitCode;
}

/** Commander has already printed its message, unless the user wants JSON. */
function reportUsage(error: CommanderError, context: CliContext, asJson: boolean): number {
  if (error.exitCode === 0) return EXIT.ok;
  if (asJson) {
    const detail = error.message.replace(/^error: /, '');
    context.io.stderr.write(`${JSON.stringify({ title: 'Invalid command line', code: 'usage', detail })}\n`);
  }
  return EXIT.usage;
}

function unexpected(error: unknown): CliFailure {
  const system = systemErrorText(error);
  if (system) {
    const title = 'The system refused';
    return new CliFailure(EXIT.failed, { title, code: 'system', detail: system.detail }, system.advice);
  }
  const detail = error instanceof Error ? error.message : String(error);
  const advice = ['Please report this (run it again with LOG_LEVEL=debug).'];
  return new CliFailure(EXIT.failed, { title: 'Internal error', code: 'internal', detail }, advice);
}

/** Longer than writing the remaining output takes, ms. */
const END_MS = 500;

/** An unknown zone would break every date shown, here and in the processes that we start. */
function ensureKnownTimezone(): void {
  const { zone, note } = machineZoneOf(process.env.TZ, resolvedZone());
  if (note === null) return;
  process.env.TZ = zone;
  process.stderr.write(`${note}\n`);
}

/** npm links the executable into `node_modules/.bin`, so compare the real paths. */
function isEntryPoint(): boolean {
  const script = process.argv[1];
  if (script === undefined) return false;
  try {
    return realpathSync(script) === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}

if (isEntryPoint()) {
  // `livestream list | head` closes the pipe early: that is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    if (error.code === 'EIO') return;
    // A full disk, for instance: the output is incomplete, and the exit code says so.
    process.stderr.write(`Cannot write the output: ${systemErrorText(error)?.detail ?? error.message}\n`);
    process.exit(EXIT.failed);
  });
  // The terminal was closed: running work finishes without it.
  process.stderr.on('error', () => {});
  ensureKnownTimezone();
  process.exitCode = await main(process.argv.slice(2));
  // A service that failed to start has open connections, which would keep the process alive forever while its supervisor waits.
  if (process.exitCode !== EXIT.ok) setTimeout(() => process.exit(), END_MS).unref();
}
