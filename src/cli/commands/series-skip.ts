import type { Command } from 'commander';
import { localOfBroadcastId } from '../../series/occurrences.ts';
import { formatIn } from '../../time/local-time.ts';
import { type ApiClient, ifMatch } from '../api/api-client.ts';
import type { BroadcastJson, OccurrencesJson, SeriesJson } from '../api/api-types.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { withSeriesId } from '../ids.ts';
import { readTimeOption } from '../options.ts';
import { isDay } from '../series-options.ts';
import { plain } from '../text/terminal-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import { addExamples } from './examples.ts';

type Planned = OccurrencesJson['occurrences'][number];

/** One occurrence, or the only one on a day. */
interface Target {
  /** As the user wrote it, for messages. */
  text: string;
  /** `2026-12-06`. */
  day: string;
  /** `2026-12-06T09:00:00`; null: whichever occurrence the day has. */
  local: string | null;
}

/** Most skipped days are soon. */
const FEW = 20;
/** The most that the API returns at once. */
const LARGEST = 1_000;
/** If an occurrence starts sooner than this, ms, cancel it here instead of waiting for the workers. */
const SOON_MS = 120_000;
const DAY_MS = 86_400_000;
const EXCEPTION_NOTE = 'an exception of the series';
const RUNNING: ReadonlySet<string> = new Set(['starting', 'waiting', 'live', 'stopping']);

/** `series skip|unskip`: adds an occurrence to the exceptions of the series, or removes it. */
export function registerSkip(series: Command, context: CliContext): void {
  const skip = series
    .command('skip')
    .description('skip one occurrence and keep the others; without a day, offers the next one')
    .argument('<id>', 'series id; or the start of it, or the title, if only one matches')
    .argument('[day]', 'day (2026-12-27, sunday) or local time of the occurrence')
    .option('--yes', 'do not ask')
    .action((id: string, day: string | undefined, options: { yes?: boolean }) => skipOne(id, day, options, context));
  addExamples(skip, [
    'livestream series skip sr_kkg1jsh0w5hc6ktx',
    'livestream series skip sr_kkg1jsh0w5hc6ktx 2026-12-27',
    'livestream series skip sr_kkg1jsh0w5hc6ktx "2026-12-27 09:00"',
  ]);
  const unskip = series
    .command('unskip')
    .description('restore a skipped occurrence')
    .argument('<id>', 'series id; or the start of it, or the title, if only one matches')
    .argument('<day>', 'day (2026-12-27, sunday) or local time of the occurrence')
    .action((id: string, day: string) => unskipOne(id, day, context));
  addExamples(unskip, ['livestream series unskip sr_kkg1jsh0w5hc6ktx 2026-12-27']);
}

async function skipOne(
  given: string,
  day: string | undefined,
  options: { yes?: boolean },
  context: CliContext,
): Promise<void> {
  const api = await context.api();
  const series = await withSeriesId(api, given, (id) => api.getSeries({ path: { id } }));
  const target = day === undefined ? null : targetOf(day, series.timezone, context);
  const { occurrences } = await occurrencesPast(api, series, target?.day ?? null);
  if (target && isSkipped(series, target, occurrences)) {
    return printResult(series, `${named(target.local ?? target.day)} is already skipped; nothing was changed`, context);
  }
  const chosen = target ? await occurrenceOf(api, series, occurrences, target) : nextOne(series, occurrences);
  if (chosen.status === 'canceled') {
    return printResult(series, `${named(chosen.local)} is already canceled; nothing was changed`, context);
  }
  refuseTooLate(chosen);
  if (target === null) {
    const title = series.title === null ? '' : ` of "${plain(series.title)}"`;
    await confirm(`The next one${title} is ${momentOf(chosen, series)}; this skips it`, options.yes, context);
  }
  if (await isByHand(api, chosen, series)) {
    const what = `${momentOf(chosen, series)} was edited; skipping it cannot be undone`;
    await confirm(what, options.yes, context);
  }
  const isOnlyOne = occurrences.filter(({ local }) => local.slice(0, 10) === chosen.local.slice(0, 10)).length === 1;
  const exception = isOnlyOne && !target?.local ? chosen.local.slice(0, 10) : chosen.local;
  const changed = await api.changeSeries({
    path: { id: series.id },
    headers: ifMatch(series.revision),
    body: { exceptions: [...series.exceptions, exception] } as never,
  });
  const wasByHand = await takeOut(api, chosen, series, context);
  const undo = wasByHand
    ? 'You had edited it, so "series unskip" cannot restore it.'
    : `To undo: livestream series unskip ${series.id} ${exception}`;
  printResult(changed, `Skipped: ${momentOf(chosen, series)}. ${undo}`, context);
}

/** The series cancels occurrences that were not edited; an edited one is canceled here. @returns whether it had been edited */
async function takeOut(api: ApiClient, chosen: Planned, series: SeriesJson, context: CliContext): Promise<boolean> {
  if (chosen.broadcastId === null) return false;
  const { status, startAt } = await api.getBroadcast({ path: { id: chosen.broadcastId } });
  if (status !== 'scheduled') return false;
  const byHand = await isByHand(api, chosen, series);
  if (byHand || Date.parse(startAt) - context.now() < SOON_MS)
    await api.cancelBroadcast({ path: { id: chosen.broadcastId } });
  return byHand;
}

async function isByHand(api: ApiClient, { broadcastId }: Planned, series: SeriesJson): Promise<boolean> {
  if (broadcastId === null) return false;
  const { history } = await api.getBroadcastHistory({ path: { id: broadcastId } });
  return history.some(({ type, by }) => (type === 'changed' || type === 'command') && by !== `series:${series.id}`);
}

async function unskipOne(given: string, day: string, context: CliContext): Promise<void> {
  const api = await context.api();
  const series = await withSeriesId(api, given, (id) => api.getSeries({ path: { id } }));
  const target = targetOf(day, series.timezone, context);
  const before = await occurrencesPast(api, series, target.day);
  const isMeant = (text: string) =>
    text === target.day || (target.local ? text === target.local : text.startsWith(target.day));
  if (!series.exceptions.some(isMeant)) {
    const there = await occurrenceOf(api, series, before.occurrences, target);
    if (there.status === 'canceled') throw cannotComeBack(there, series);
    return printResult(series, `${named(there.local)} is not skipped; nothing was changed`, context);
  }
  // To restore one occurrence of a day that is skipped as a whole, skip its others one by one.
  const others = target.local && series.exceptions.includes(target.day) ? skippedOn(target, before) : [];
  const exceptions = [...series.exceptions.filter((text) => !isMeant(text)), ...others];
  const changed = await api.changeSeries({
    path: { id: series.id },
    headers: ifMatch(series.revision),
    body: { exceptions } as never,
  });
  const { occurrences } = await occurrencesPast(api, series, target.day);
  const back = occurrences.find(({ local }) => local.startsWith(target.local ?? target.day));
  if (back?.status === 'canceled') throw cannotComeBack(back, series);
  const text = back
    ? `Restored: ${momentOf(back, series)}${back.broadcastId === null ? '' : `  ${back.broadcastId}`}`
    : `${named(target.local ?? target.day)} is no longer skipped, but nothing is planned then: it is in the past, or not in the rule`;
  printResult(changed, text, context);
}

/** The upcoming occurrences, and all on the given day. */
async function occurrencesPast(api: ApiClient, { id }: SeriesJson, day: string | null): Promise<OccurrencesJson> {
  const few = await api.listOccurrences({ path: { id }, query: { limit: FEW } });
  const last = few.occurrences.at(-1)?.local.slice(0, 10);
  const isEnough = few.occurrences.length < FEW || (last !== undefined && day !== null && last > day);
  return isEnough ? few : api.listOccurrences({ path: { id }, query: { limit: LARGEST } });
}

function skippedOn({ day, local }: Target, { leftOut }: OccurrencesJson): string[] {
  const ofDay = leftOut.filter((one) => one.local.startsWith(day) && one.note === EXCEPTION_NOTE);
  return ofDay.map((one) => one.local).filter((other) => other !== local);
}

/** A day, or a local time of the series. @throws CliFailure (usage) */
function targetOf(text: string, zone: string, context: CliContext): Target {
  if (isDay(text)) return { text, day: text, local: null };
  const reading = readTimeOption(text, 'day', { now: context.now(), zone, dayAlone: true });
  if (reading.isBare) throw usageFailure(`"${text}" has no day; use "2026-12-27 ${text}"`);
  const local = formatIn(reading.at, zone).slice(0, 19);
  return { text, day: local.slice(0, 10), local: reading.isDay ? null : local };
}

function isSkipped({ exceptions }: SeriesJson, { day, local }: Target, occurrences: Planned[]): boolean {
  if (exceptions.includes(day) || (local !== null && exceptions.includes(local))) return true;
  const isLeft = occurrences.some((one) => one.local.startsWith(day));
  return local === null && !isLeft && exceptions.some((text) => text.startsWith(day));
}

function nextOne(series: SeriesJson, occurrences: Planned[]): Planned {
  const next = occurrences.find(({ status }) => status === null || status === 'scheduled');
  if (next) return next;
  throw noOccurrence(`series ${series.id} has no upcoming occurrence to skip`);
}

/** @throws CliFailure usage if the day has several; not found if it has none */
async function occurrenceOf(
  api: ApiClient,
  series: SeriesJson,
  occurrences: Planned[],
  target: Target,
): Promise<Planned> {
  const wanted = target.local ?? target.day;
  const found = occurrences.filter(({ local }) => local.startsWith(wanted));
  const [one, another] = found;
  if (another) {
    const times = found.map(({ local }) => local).join(', ');
    throw usageFailure(`${target.day} has several occurrences; choose one: ${times}`);
  }
  if (one) return one;
  const begun = await begunOne(api, series, target);
  if (begun) return begun;
  const day = target.text.includes(target.day) ? target.text : `${target.text} (${target.day})`;
  throw noOccurrence(`series ${series.id} has no occurrence on ${day}`, [
    `to see its days: livestream series occurrences ${series.id}`,
  ]);
}

/** Its start is past, so it is no longer upcoming, but its broadcast exists. */
async function begunOne(api: ApiClient, series: SeriesJson, target: Target): Promise<Planned | null> {
  const day = Date.parse(`${target.day}T00:00:00Z`);
  const query = { seriesId: series.id, limit: LARGEST };
  const window = { from: new Date(day - 3 * DAY_MS).toISOString(), to: new Date(day + 4 * DAY_MS).toISOString() };
  const { broadcasts } = await api.listBroadcasts({ query: { ...query, ...window } });
  const localOf = ({ id }: BroadcastJson) => localOfBroadcastId(id) ?? '';
  const found = broadcasts.filter((one) => localOf(one).startsWith(target.local ?? target.day)).at(-1);
  if (!found) return null;
  const { id, startAt, stopAt, status } = found;
  return { local: localOf(found), startAt, stopAt, broadcastId: id, status, note: null, paused: null };
}

function refuseTooLate({ local, status, broadcastId }: Planned): void {
  if (status === null || status === 'scheduled') return;
  const detail = `${named(local)} is ${status}: nothing was skipped`;
  const command = status === 'live' ? 'stop' : 'cancel';
  const advice = RUNNING.has(status) && status !== 'stopping' ? [`livestream ${command} ${broadcastId}`] : [];
  throw new CliFailure(EXIT.conflict, { title: 'Too late to skip', code: 'too_late', status: 409, detail }, advice);
}

/** A broadcast that a person canceled stays canceled, so it needs a replacement. */
function cannotComeBack({ local, broadcastId, startAt, stopAt }: Planned, series: SeriesJson): CliFailure {
  const detail = `${named(local)} (${broadcastId}) was canceled, and a canceled broadcast cannot be restored`;
  const kind = series.kind === 'webinar' ? ' --webinar' : '';
  const stop = stopAt === null ? '' : ` --stop ${stopAt}`;
  return new CliFailure(EXIT.conflict, { title: 'Cannot restore it', code: 'finished', status: 409, detail }, [
    `to schedule it again: livestream schedule ${series.meetingId}${kind} --start ${startAt}${stop} --account ${series.account}`,
  ]);
}

function noOccurrence(detail: string, advice: string[] = []): CliFailure {
  return new CliFailure(EXIT.notFound, { title: 'Occurrence not found', code: 'not_found', detail }, advice);
}

function momentOf({ startAt }: Planned, { timezone }: SeriesJson): string {
  return describeMoment(Date.parse(startAt), timezone);
}

const named = (local: string) => local.replace('T', ' ').replace(/:00$/, '');

/** Machines get the series, people a sentence. */
function printResult(series: SeriesJson, text: string, context: CliContext): void {
  if (context.json) context.printJson(series);
  else context.print(`${text}\n`);
}
