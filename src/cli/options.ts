/** Values of options, read and checked; every error is a usage failure that names the option. */
import { type Command, Option } from 'commander';
import { DURATION_FORMS, parseDuration } from '../time/human-duration.ts';
import { usageFailure } from './exit-codes.ts';
import { type Reading, type ReadingFrame, readTime } from './text/human-time.ts';
import { TimeError } from './text/wall-clock.ts';

/** Commander parser of an option that may be repeated. */
export function collect(value: string, former: string[] | undefined): string[] {
  return [...(former ?? []), value];
}

/** Commander's own required options hide a mistyped one: it would report a missing `--start`, not a wrong `--strat`. */
export function addNeeded(command: Command, flags: string, description: string): Command {
  const option = new Option(flags, description);
  return command.addOption(option).hook('preAction', (called) => {
    if (called.opts()[option.attributeName()] !== undefined) return;
    called.error(`error: required option '${flags}' not specified`);
  });
}

/** @param option named in the message @throws CliFailure (usage) when the text is not a time */
export function readTimeOption(text: string, option: string, frame: ReadingFrame): Reading {
  try {
    return readTime(text, frame);
  } catch (error) {
    if (error instanceof TimeError) throw usageFailure(`${option}: ${error.message}`);
    throw error;
  }
}

/** @returns ms, above 0. */
export function readDurationOption(text: string, option: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw usageFailure(`${option}: "${text}" is not a duration; use ${DURATION_FORMS}`);
  return ms;
}

/** `name=value` pairs; an empty value removes the label. */
export function readLabels(pairs: string[] | undefined, former: Record<string, string> = {}): Record<string, string> {
  const labels = { ...former };
  for (const pair of pairs ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw usageFailure(`--label: expected name=value, got "${pair}"`);
    const name = pair.slice(0, equals);
    if (equals === pair.length - 1) delete labels[name];
    else labels[name] = pair.slice(equals + 1);
  }
  return labels;
}
