import type { Command } from 'commander';
import { isTimezone } from '../../time/local-time.ts';
import { ifMatch } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import {
  addBroadcastOptions,
  destinationFrom,
  kindFrom,
  settingsFrom,
  startWindowFrom,
  withoutStreamKey,
} from '../broadcast-options.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { checkChange } from '../dry-run.ts';
import { usageFailure } from '../exit-codes.ts';
import { isOpenOrLost, withBroadcastId } from '../ids.ts';
import { readMeeting } from '../meeting-argument.ts';
import { readLabels } from '../options.ts';
import { outcomeAdvice, outcomeCode, waitForOutcome } from '../outcome.ts';
import { describeNewTimes, lengthWarning, type NewTimes, readNewTimes, type TimesOptions } from '../text/new-times.ts';
import { namingOverlap } from '../text/overlap-text.ts';
import { summaryLine } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

interface RescheduleOptions extends TimesOptions {
  meeting?: string;
  yes?: boolean;
  /** False: `--no-wait`. */
  wait?: boolean;
}

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('reschedule')
    .description('change times, settings, title and more; what you leave out stays the same')
    .argument('<id>', 'broadcast id, as list shows it; or the start of it, or a title, if only one matches')
    .option('--start <when>', "new start; the stop moves with it. A time alone means the broadcast's own day")
    .option(
      '--stop <when>',
      'new stop; a time alone is the first after the start, +90m counts from it, now+15m from now',
    )
    .option('--no-stop', 'remove the planned stop')
    .option('--duration <length>', 'instead of --stop: 90m, 1h30m or PT1H30M')
    .option('--keep-length', 'move the stop with the start (the default)')
    .option('--meeting <id>', 'another meeting or webinar: its number or join link')
    .option('--yes', 'do not ask, even if it would be on air more than twice as long as before')
    .option('--no-wait', 'with --start now: do not wait (up to 20 s) for the result');
  addBroadcastOptions(command, "the broadcast's").action((id: string, options: RescheduleOptions) =>
    reschedule(id, options, context),
  );
  addExamples(command, [
    'livestream reschedule bc_3sxtrsd1jp2c031w --start 10:00',
    'livestream reschedule bc_3sxtrsd1jp2c031w --start "tomorrow 10:00" --duration 2h',
    'livestream reschedule bc_3sxtrsd1jp2c031w --stop now+15m',
    'livestream reschedule bc_3sxtrsd1jp2c031w --title "" --label room=B',
  ]);
}

/** Reads the broadcast first: words such as `+90m` and labels depend on it, and no other change is lost. */
async function reschedule(given: string, options: RescheduleOptions, context: CliContext): Promise<void> {
  const api = await context.api();
  const current = await withBroadcastId(api, given, context, (id) => api.getBroadcast({ path: { id } }), isOpenOrLost);
  const zone = context.zone(options.timezone ?? ownZone(current));
  const frame = { now: context.now(), zone };
  const times = readNewTimes(current, options, frame);
  const zoneMember = options.timezone === undefined ? {} : { timezone: options.timezone };
  const body = { ...times.body, ...zoneMember, ...(await otherMembers(current, options, context)) };
  if (Object.keys(body).length === 0)
    throw usageFailure('nothing to change: use --start, --stop, --title, … (see --help)');
  const changesTimes = Object.keys(times.body).length > 0 || options.timezone !== undefined;
  const reading = changesTimes
    ? describeNewTimes(times, zoneNote(options, current, context), frame, context.paint)
    : '';
  if (options.dryRun) {
    await checkChange(body, current, context.now());
    if (!context.json) context.print(reading);
    return context.printJson(withoutStreamKey(body));
  }
  await askWhenInDoubt(times, reading, options, context);
  const changed = await namingOverlap(api, context, () =>
    api.changeBroadcast({ path: { id: current.id }, headers: ifMatch(current.revision), body: body as never }),
  );
  if (!context.json) context.print(reading);
  const isFollowed = times.body['startAt'] === 'now' && options.wait !== false;
  const last = isFollowed ? await waitForOutcome(api, changed, 'on air', context) : changed;
  if (isFollowed) context.exitCode = outcomeCode(last, 'on air');
  if (context.json) return context.printJson(last);
  context.print(summaryLine(last, context.view()));
  if (isFollowed) context.print(outcomeAdvice(last, 'on air', context.now()));
}

/** Show the change before anybody answers. */
async function askWhenInDoubt(
  times: NewTimes,
  reading: string,
  { yes }: RescheduleOptions,
  context: CliContext,
): Promise<void> {
  const doubt = lengthWarning(times);
  if (doubt === null || yes) return;
  if (!context.json) context.io.stderr.write(reading);
  await confirm(doubt, yes, context);
}

function ownZone(current: BroadcastJson): string | undefined {
  return current.timezone !== null && isTimezone(current.timezone) ? current.timezone : undefined;
}

function zoneNote(options: RescheduleOptions, current: BroadcastJson, context: CliContext): string {
  if (options.timezone !== undefined) return options.timezone;
  const own = ownZone(current);
  return own === undefined ? `${context.zone()} (${context.zoneOwner})` : `${own} (the broadcast's)`;
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

/** The API replaces settings as a whole. Webinars have no layout. */
function mergedSettings(current: BroadcastJson, options: RescheduleOptions, kind: string | undefined) {
  const settings = settingsFrom(options);
  const losesLayout = kind === 'webinar' && current.settings.layout !== undefined;
  if (Object.keys(settings).length === 0 && !losesLayout) return undefined;
  const { layout, ...rest } = current.settings;
  return kind === 'webinar' || layout === undefined ? { ...rest, ...settings } : { layout, ...rest, ...settings };
}

/** `--title ""` removes the title. */
function emptyAsNull(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}
