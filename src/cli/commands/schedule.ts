import type { Command } from 'commander';
import { isoDuration } from '../../time/human-duration.ts';
import { formatIn } from '../../time/local-time.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import {
  addBroadcastOptions,
  type BroadcastOptions,
  destinationFrom,
  kindFrom,
  settingsFrom,
  startWindowFrom,
  withoutStreamKey,
} from '../broadcast-options.ts';
import type { CliContext } from '../context.ts';
import { checkNew } from '../dry-run.ts';
import { meetingNote, readMeeting } from '../meeting-argument.ts';
import { addNeeded, readLabels, readTimeOption } from '../options.ts';
import { outcomeAdvice, outcomeCode, waitForOutcome } from '../outcome.ts';
import { describePlan, readStop } from '../plan-reading.ts';
import { waitForPreflight } from '../preflight-wait.ts';
import { TIME_FORMS } from '../text/human-time.ts';
import { namingOverlap } from '../text/overlap-text.ts';
import { summaryLine, warningLines } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

interface ScheduleOptions extends BroadcastOptions {
  start: string;
  idempotencyKey?: string;
  /** False: `--no-wait`. */
  wait?: boolean;
}

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('schedule')
    .description('schedule when a meeting or webinar goes on air and off air')
    .argument('<meetingId>', 'number of the meeting or webinar, in quotes if it has spaces; or its join link');
  addNeeded(command, '--start <when>', TIME_FORMS)
    .option('--stop <when>', 'same formats; +90m counts from the start')
    .option('--duration <length>', 'instead of --stop: 90m, 1h30m or PT1H30M');
  addBroadcastOptions(command)
    .option(
      '--idempotency-key <key>',
      'running it again with the same key and input stores nothing new (+10m is a new time in each run)',
    )
    .option(
      '--no-wait',
      'do not wait for the preflight check (up to 3 s) or, with --start now, for the result (up to 20 s)',
    )
    .action((meetingId: string, options: ScheduleOptions) => schedule(meetingId, options, context));
  addExamples(command, [
    'livestream schedule "684 2308 5" --start "2026-12-06 09:00" --stop 10:30 --timezone America/New_York',
    'livestream schedule 68423085 --start "tomorrow 09:00" --duration 90m --title "Sunday service"',
    'livestream schedule 68423085 --start now --stop +2h --layout speaker_view --label room=A',
    'livestream schedule 91234567890 --webinar --start "friday 14:30" --dry-run',
  ]);
}

async function schedule(meetingId: string, options: ScheduleOptions, context: CliContext): Promise<void> {
  const { body, reading } = await readSchedule(meetingId, options, context);
  if (options.dryRun) {
    await checkNew(body, context.now());
    if (!context.json) context.print(reading);
    return context.printJson(withoutStreamKey(body));
  }
  const api = await context.api();
  const key = options.idempotencyKey ?? (await import('nanoid')).nanoid();
  // Print the plan only once it is stored: a rejected one must not look accepted.
  const created = await namingOverlap(api, context, () =>
    api.createBroadcast({ headers: { 'Idempotency-Key': key }, body: body as never }),
  );
  if (!context.json) context.print(reading);
  if (body.startAt === 'now' && options.wait !== false) return followStart(api, created, context);
  const broadcast = options.wait === false ? created : await waitForPreflight(api, created, context.io.clock);
  if (context.json) return context.printJson(broadcast);
  context.print(summaryLine(broadcast, context.view()) + warningLines(broadcast, context.view()));
}

/** With `--start now`, a stored broadcast is not on air yet. */
async function followStart(api: ApiClient, created: BroadcastJson, context: CliContext): Promise<void> {
  const broadcast = await waitForOutcome(api, created, 'on air', context);
  context.exitCode = outcomeCode(broadcast, 'on air');
  if (context.json) return context.printJson(broadcast);
  const view = context.view();
  const advice = outcomeAdvice(broadcast, 'on air', context.now());
  context.print(summaryLine(broadcast, view) + advice + warningLines(broadcast, view));
}

async function readSchedule(given: string, options: ScheduleOptions, context: CliContext) {
  const meeting = readMeeting(given, '<meetingId>');
  const zone = context.zone(options.timezone);
  const frame = { now: context.now(), zone };
  const start = readTimeOption(options.start, '--start', frame);
  const stop = readStop(options, start.at, frame);
  const usesZone = options.timezone !== undefined || start.isLocal || stop?.isLocal === true;
  const labels = readLabels(options.label);
  const settings = settingsFrom(options);
  const body = {
    meetingId: meeting.meetingId,
    kind: kindFrom(options) ?? (meeting.fromLink?.kind === 'webinar' ? 'webinar' : undefined),
    account: options.account,
    title: options.title,
    // A moment computed here is past when it arrives. So send the word "now", and count a length from the API's now.
    startAt: start.isNow ? 'now' : formatIn(start.at, zone),
    ...stopMember(stop, start.isNow, zone),
    timezone: usesZone ? zone : undefined,
    settings: Object.keys(settings).length > 0 ? settings : undefined,
    destination: await destinationFrom(options, context.io),
    externalId: options.externalId,
    labels: Object.keys(labels).length > 0 ? labels : undefined,
    startWindow: startWindowFrom(options),
    onDrop: options.onDrop,
    onMove: options.onMove,
  };
  const zoneNote = usesZone ? `${zone}${options.timezone === undefined ? ` (${context.zoneOwner})` : ''}` : undefined;
  const plan = { meeting: meetingNote(meeting), startAt: start.at, stopAt: stop?.at ?? null, zoneNote };
  return { body, reading: describePlan(plan, frame, context.paint) };
}

function stopMember(
  stop: ReturnType<typeof readStop>,
  startIsNow: boolean,
  zone: string,
): { stopAt?: string; duration?: string } {
  if (stop === undefined || stop.at === null) return {};
  if (startIsNow && stop.afterStart !== null) return { duration: isoDuration(stop.afterStart) };
  return { stopAt: formatIn(stop.at, zone) };
}
