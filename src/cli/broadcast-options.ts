/** Options that `schedule` and `reschedule` share, and the parts of a request body they produce. */
import { type Command, Option } from 'commander';
import {
  CLOSE_CAPTIONS,
  LAYOUTS,
  type LivestreamSettings,
  ON_DROP,
  ON_MOVE,
  type OnDrop,
  type OnMove,
} from '../broadcasts/broadcast.ts';
import { isoDuration } from '../time/human-duration.ts';
import type { DestinationInput } from '../validation/input-types.ts';
import { readOptionFile } from './context.ts';
import { usageFailure } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { collect, readDurationOption } from './options.ts';

export interface BroadcastOptions {
  start?: string;
  /** False: `--no-stop`. */
  stop?: string | false;
  duration?: string;
  timezone?: string;
  kind?: 'meeting' | 'webinar';
  webinar?: boolean;
  title?: string;
  account?: string;
  layout?: LivestreamSettings['layout'];
  closeCaption?: LivestreamSettings['closeCaption'];
  displayName?: string;
  activeSpeakerName?: boolean;
  streamUrl?: string;
  streamKey?: string;
  streamKeyFile?: string;
  pageUrl?: string;
  resolution?: '720p' | '1080p';
  externalId?: string;
  label?: string[];
  startWindow?: string;
  onDrop?: OnDrop;
  onMove?: OnMove;
  dryRun?: boolean;
}

/** @param zoneFrom says which zone applies if none is given. */
export function addBroadcastOptions(command: Command, zoneFrom = "LIVESTREAM_TIMEZONE, or this machine's"): Command {
  return command
    .option('--timezone <zone>', `IANA zone of local times (default: ${zoneFrom})`)
    .addOption(new Option('--kind <kind>', 'what the id belongs to').choices(['meeting', 'webinar']))
    .option('--webinar', 'short for --kind webinar')
    .option('--title <text>')
    .option('--account <name>', 'Zoom account, if you have several')
    .addOption(new Option('--layout <layout>', 'view of a meeting').choices(LAYOUTS))
    .addOption(new Option('--close-caption <way>', 'captions').choices(CLOSE_CAPTIONS))
    .option('--display-name <text>', 'name shown in the stream, 1 to 50 characters')
    .option('--active-speaker-name', "show the active speaker's name")
    .option('--no-active-speaker-name', 'do not show it')
    .option('--stream-url <url>', 'where Zoom sends the stream; with --page-url and a stream key')
    .option(
      '--stream-key <key>',
      'stream key, or - to read it from standard input (others may see it in the process list)',
    )
    .option('--stream-key-file <path>', 'file with the stream key, or - for standard input')
    .option('--page-url <url>', 'where people watch the stream')
    .addOption(new Option('--resolution <resolution>', 'of the stream').choices(['720p', '1080p']))
    .option('--external-id <id>', 'your own id for the broadcast')
    .addOption(new Option('--label <name=value>', 'a label; repeatable').argParser(collect))
    .option('--start-window <duration>', 'how long a late start may still be tried, such as 30m')
    .addOption(
      new Option('--on-drop <what>', 'what to do when the stream drops while the meeting runs').choices(ON_DROP),
    )
    .addOption(
      new Option('--on-move <what>', 'what to do when the meeting is moved in Zoom before the start').choices(ON_MOVE),
    )
    .option('--dry-run', 'show how your input is understood and what would be sent; store nothing');
}

/** The Zoom settings in the options. */
export function settingsFrom(options: BroadcastOptions): LivestreamSettings {
  const { layout, closeCaption, displayName, activeSpeakerName } = options;
  return {
    ...(activeSpeakerName === undefined ? {} : { activeSpeakerName }),
    ...(displayName === undefined ? {} : { displayName }),
    ...(layout === undefined ? {} : { layout }),
    ...(closeCaption === undefined ? {} : { closeCaption }),
  };
}

export function kindFrom(options: BroadcastOptions): 'meeting' | 'webinar' | undefined {
  if (options.webinar && options.kind === 'meeting')
    throw usageFailure('--webinar and --kind meeting cannot be used together');
  return options.webinar ? 'webinar' : options.kind;
}

/** @returns ISO 8601, or undefined if not given. */
export function startWindowFrom(options: BroadcastOptions): string | undefined {
  const text = options.startWindow;
  return text === undefined ? undefined : isoDuration(readDurationOption(text, '--start-window'));
}

/** The destination, with the stream key in clear text; undefined if no option sets it. @throws CliFailure (usage). */
export async function destinationFrom(options: BroadcastOptions, io: CliIo): Promise<DestinationInput | undefined> {
  const { streamUrl, pageUrl, resolution } = options;
  const hasKey = options.streamKey !== undefined || options.streamKeyFile !== undefined;
  if (!streamUrl && !pageUrl && !hasKey && !resolution) return undefined;
  const missing = [!streamUrl && '--stream-url', !hasKey && '--stream-key', !pageUrl && '--page-url'].filter(Boolean);
  if (!streamUrl || !pageUrl || missing.length > 0) {
    throw usageFailure(
      `a destination needs --stream-url, --stream-key and --page-url; you did not set: ${missing.join(', ')}`,
    );
  }
  const streamKey = await readStreamKey(options, io);
  return { streamUrl, streamKey, pageUrl, ...(resolution ? { resolution } : {}) };
}

async function readStreamKey(options: BroadcastOptions, io: CliIo): Promise<string> {
  const { streamKey, streamKeyFile } = options;
  if (streamKey !== undefined && streamKeyFile !== undefined) {
    throw usageFailure('--stream-key and --stream-key-file cannot be used together');
  }
  const fromInput = streamKey === '-' || streamKeyFile === '-';
  const key = fromInput
    ? await readAll(io.stdin)
    : (streamKey ?? readOptionFile(streamKeyFile ?? '', '--stream-key-file'));
  if (!key.trim()) throw usageFailure('the stream key is empty');
  return key.trim();
}

async function readAll(stream: CliIo['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The body for display, without the stream key. */
export function withoutStreamKey(body: Record<string, unknown>): unknown {
  const destination = body.destination as DestinationInput | undefined;
  return destination ? { ...body, destination: { ...destination, streamKey: '********' } } : body;
}
