import type { Writable } from 'node:stream';
import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config.ts';
import { createRedactor, SECRET_FIELDS, secretsOf } from './redaction.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Where the lines go. Default: stdout; commands that answer on stdout give stderr (`process.stderr`). */
  destination?: DestinationStream;
}

/**
 * A pino logger by LOG_LEVEL and LOG_FORMAT. Fields named like secrets are masked; so is, in the finished line, every
 * secret value of the configuration and anything that looks like one. `bindings` are in every line.
 */
export function createLogger(
  config: Config,
  bindings: Record<string, unknown> = {},
  options: LoggerOptions = {},
): Logger {
  const redact = createRedactor(secretsOf(config));
  const { destination } = options;
  const stream: DestinationStream =
    config.log.format === 'json'
      ? (destination ?? gathering(process.stdout))
      : pretty({
          destination: (destination ?? process.stdout) as NodeJS.WritableStream,
          sync: true,
          singleLine: true,
          ignore: 'pid,hostname',
        });
  return pino(
    {
      level: config.log.level,
      base: { pid: process.pid, ...bindings },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: shortError },
      formatters: { level: (label) => ({ level: label }) },
      // Deeper down `redact` finds them in the line: a path with a wildcard cost 20 µs in each.
      redact: { paths: SECRET_FIELDS.map((name) => `["${name}"]`), censor: '***' },
      hooks: { streamWrite: redact },
    },
    stream,
  );
}

/** A pipe takes up to 64 KB at once; of more, what it has not taken when the process exits is lost. */
const GATHERED_CHARACTERS = 16_000;

/**
 * Writes what is logged in one turn of the event loop together, up to `GATHERED_CHARACTERS` at a time: the process waits while a pipe takes
 * each line, in a herd of starts for an eighth of its time. What is gathered is written when the process exits.
 */
export function gathering(stream: Writable): DestinationStream {
  let gathered = 0;
  const flush = () => {
    gathered = 0;
    stream.uncork();
  };
  process.on('exit', flush);
  return {
    write(line) {
      if (stream.writableCorked === 0) {
        stream.cork();
        setImmediate(flush);
      }
      stream.write(line);
      gathered += line.length;
      if (gathered >= GATHERED_CHARACTERS) flush();
    },
  };
}

/** A Redis error contains its whole command: a script of 20 KB and the data of a broadcast. The name is enough. */
function shortError(error: Error): unknown {
  const serialized = pino.stdSerializers.err(error) as unknown;
  if (typeof serialized !== 'object' || serialized === null || !('command' in serialized)) return serialized;
  const { name } = (serialized.command ?? {}) as { name?: unknown };
  return { ...serialized, command: typeof name === 'string' ? name : undefined };
}
