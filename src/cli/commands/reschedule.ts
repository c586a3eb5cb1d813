import type { Command } from 'commander';
import { formatIn, isTimezone } from '../../scheduling/local-time.ts';
import type { BroadcastJson } from '../api-types.ts';
import {
  addBroadcastOptions,
  type BroadcastOptions,
  destinationFrom,
  kindFrom,
  settingsFrom,
  startWindowFrom,
  withoutStreamKey,
} from '../broadcast-options.ts';
import { summaryLine } from '../broadcast-view.ts';
import type { CliContext } from '../context.ts';
import { checkChange } from '../dry-run.ts';
import { usageFailure } from '../exit-codes.ts';
import { readMeeting } from '../meeting-argument.ts';
import { readLabels, readTimeOption } from '../options.ts';
import { describePlan, type PlanFrame, readStop, type StopReading } from '../plan-reading.ts';
import { describeMoment } from '../wall-clock.ts';
import { addExamples } from './examples.ts';

interface RescheduleOptions extends BroadcastOptions {
  keepLength?: boolean;
  meeting?: string;
}

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('reschedule')
    .description('change times, settings, title and the like; only what is given changes')
    .argument('<id>', 'broadcast id, as list shows it')
    .option('--start <when>', 'new start')
    .option('--stop <when>', 'new stop; +90m counts from the start, now+15m from now')
    .option('--no-stop', 'no planned stop any more')
    .option('--duration <length>', 'instead of --stop: 90m, 1h30m or PT1H30M')
    .option('--keep-length', 'move the stop along with the start')
    .option('--meeting <id>', 'another meeting or webinar: its number or join link');
  addBroadcastOptions(command, "the broadcast's").action((id: string, options: RescheduleOptions) =>
    reschedule(id, options, context),
  );
  addExamples(command, [
    'livestream reschedule bc_3sxtrsd1jp2c031w --start "tomorrow 10:00" --keep-length',
    'livestream reschedule bc_3sxtrsd1jp2c031w --stop now+15m',
    'livestream reschedule bc_3sxtrsd1jp2c031w --title "" --label room=B',
  ]);
}

const OVER: ReadonlySet<string> = new Set(['ended', 'canceled']);

/** Reads the broadcast first: words such as `+90m` and labels build on it, and nobody else's change gets lost. */
async function reschedule(id: string, options: RescheduleOptions, context: CliContext): Promise<void> {
  const api = await context.api();
  const current = await api.get(id);
  const zone = context.zone(options.timezone ?? ownZone(current));
  const frame = { now: context.now(), zone };
  const times = readTimes(current, options, frame);
  const body = { ...times.body, ...(await otherMembers(current, options, context)) };
  if (Object.keys(body).length === 0)
    throw usageFailure('nothing to change: say --start, --stop, --title, … (see --help)');
  if (!context.json)
    context.print(describePlan({ ...times.plan, zoneNote: zoneNote(options, current, zone) }, frame, context.paint));
  if (options.dryRun) {
    await checkChange(body, current, context.now());
    return context.printJson(withoutStreamKey(body));
  }
  const changed = await api.change(id, body, current.revision);
  if (context.json) return context.printJson(changed);
  context.print(summaryLine(changed, context.view()));
}

function ownZone(current: BroadcastJson): string | undefined {
  return current.timezone !== null && isTimezone(current.timezone) ? current.timezone : undefined;
}

function zoneNote(options: RescheduleOptions, current: BroadcastJson, zone: string): string | undefined {
  if (options.start === undefined && options.stop === undefined && options.timezone === undefined) return undefined;
  if (options.timezone !== undefined) return zone;
  return `${zone} (${ownZone(current) ? "the broadcast's" : "this machine's"})`;
}

function readTimes(current: BroadcastJson, options: RescheduleOptions, frame: PlanFrame) {
  const start = options.start === undefined ? undefined : readTimeOption(options.start, '--start', frame);
  const formerStart = Date.parse(current.startAt);
  const startAt = start?.at ?? formerStart;
  const stop = options.keepLength
    ? movedStop(current, options, startAt - formerStart)
    : readStop(options, startAt, frame);
  // What is over for good is for the API to refuse: another stop would not help.
  if (start && !stop && !OVER.has(current.status)) refuseLostStop(current, startAt, frame.zone);
  const body = {
    ...(start === undefined ? {} : { startAt: start.isNow ? 'now' : formatIn(start.at, frame.zone) }),
    ...(stop === undefined ? {} : { stopAt: stop.at === null ? null : formatIn(stop.at, frame.zone) }),
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
  };
  return { body, plan: { startAt: start?.at, stopAt: stop?.at } };
}

/** The stop stays where it is unless something is said of it, and then nothing would be left. */
function refuseLostStop({ stopAt }: BroadcastJson, startAt: number, zone: string): void {
  if (stopAt === null || startAt < Date.parse(stopAt)) return;
  const times = `${describeMoment(startAt, zone)} is not before the stop, ${describeMoment(Date.parse(stopAt), zone)}`;
  throw usageFailure(`--start: ${times}`, [
    '--keep-length moves the stop along; --stop or --duration says another, --no-stop takes it away',
  ]);
}

function movedStop(current: BroadcastJson, options: RescheduleOptions, by: number): StopReading | undefined {
  if (options.start === undefined) throw usageFailure('--keep-length needs --start');
  if (options.stop !== undefined || options.duration !== undefined) {
    throw usageFailure('--keep-length excludes --stop and --duration');
  }
  if (current.stopAt === null) return undefined;
  return { at: Date.parse(current.stopAt) + by, afterStart: null, isLocal: false };
}

async function otherMembers(current: BroadcastJson, options: RescheduleOptions, context: CliContext) {
  const kind = kindFrom(options);
  const settings = mergedSettings(current, options, kind);
  const given = {
    meetingId: options.meeting === undefined ? undefined : readMeeting(options.meeting, '--meeting').meetingId,
    kind,
    account: options.account,
    title: emptyAsNull(options.title),
    settings,
    destination: await destinationFrom(options, context.io),
    externalId: emptyAsNull(options.externalId),
    labels: options.label === undefined ? undefined : readLabels(options.label, current.labels),
    startWindow: startWindowFrom(options),
    onDrop: options.onDrop,
    onMove: options.onMove,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The API takes settings as a whole. Webinars have no layout. */
function mergedSettings(current: BroadcastJson, options: RescheduleOptions, kind: string | undefined) {
  const settings = settingsFrom(options);
  const losesLayout = kind === 'webinar' && current.settings.layout !== undefined;
  if (Object.keys(settings).length === 0 && !losesLayout) return undefined;
  const { layout, ...rest } = current.settings;
  return kind === 'webinar' || layout === undefined ? { ...rest, ...settings } : { layout, ...rest, ...settings };
}

/** `--title ""` takes the title away. */
function emptyAsNull(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}
