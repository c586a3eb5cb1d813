/** Resolves what people type instead of an id: its beginning, or a title. */
import { FINAL_STATUSES } from '../broadcasts/broadcast.ts';
import type { ApiClient } from './api/api-client.ts';
import type { BroadcastJson, SeriesJson } from './api/api-types.ts';
import { everyBroadcast, pagesOf } from './api/pages.ts';
import type { CliContext } from './context.ts';
import { CliFailure, EXIT, usageFailure } from './exit-codes.ts';
import { describeMoment } from './text/wall-clock.ts';
import { zoneOf } from './views/broadcast-view.ts';

/** Maximum candidates to list. */
const MAX_NAMED = 10;
/** Every id begins with `bc_` or `sr_`; titles hardly ever do. */
const ID_PREFIX = /^\s*(bc|sr)_/i;

/**
 * Runs `act` with the given id. If no broadcast has it, runs it with the one whose id starts with it, or whose title it is. An exact id
 * wins and needs no extra request.
 * @param applies of several with one title, only those in such a state count
 * @throws CliFailure usage if several match; else what `act` throws
 */
export async function withBroadcastId<T>(
  api: ApiClient,
  given: string,
  context: CliContext,
  act: (id: string) => Promise<T>,
  applies: Applies = () => true,
): Promise<T> {
  const advice = 'livestream list shows the broadcasts with their ids';
  return exactOrFound(given, act, () => findBroadcast(api, given, context, applies), advice);
}

/** Whether the command makes sense for a broadcast in this state. */
export type Applies = (status: BroadcastJson['status']) => boolean;
export const isOpen: Applies = (status) => !FINAL_STATUSES.has(status);
export const isOpenOrLost: Applies = (status) => isOpen(status) || isLost(status);
/** It may be started again. */
export const isLost: Applies = (status) => status === 'failed' || status === 'missed';

/** The same for series. */
export async function withSeriesId<T>(api: ApiClient, given: string, act: (id: string) => Promise<T>): Promise<T> {
  return exactOrFound(
    given,
    act,
    () => findSeries(api, given),
    'livestream series list shows the series with their ids',
  );
}

async function exactOrFound<T>(
  given: string,
  act: (id: string) => Promise<T>,
  find: () => Promise<string | null>,
  advice: string,
): Promise<T> {
  // As the last part of a path, these would name another path.
  if (/^\s*\.{0,2}\s*$/.test(given)) throw usageFailure(`"${given}" is not an id or a title`);
  try {
    return await act(given);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const id = await find();
    if (id !== null && id !== given) return act(id);
    throw new CliFailure(error.exitCode, error.problem, [...error.advice, advice]);
  }
}

function isNotFound(error: unknown): error is CliFailure {
  return error instanceof CliFailure && error.exitCode === EXIT.notFound && error.problem.code === 'not_found';
}

async function findBroadcast(
  api: ApiClient,
  given: string,
  context: CliContext,
  applies: Applies,
): Promise<string | null> {
  const byPrefix = ID_PREFIX.test(given) ? (await everyBroadcast(api, {})).filter(beginsWith(given)) : [];
  const matching = byPrefix.length > 0 ? byPrefix : likely((await titled(api, given)).filter(isTitled(given)), applies);
  const isOver = ({ status }: BroadcastJson) => Number(FINAL_STATUSES.has(status));
  const ranked = matching.sort((a, b) => isOver(a) - isOver(b) || Date.parse(a.startAt) - Date.parse(b.startAt));
  return only(given, 'broadcasts', ranked, (one) => {
    const when = describeMoment(Date.parse(one.startAt), zoneOf(one, context.view()));
    return `${one.id}  ${one.status}  ${when}  ${one.title ?? ''}`;
  });
}

/** Of those with one title: the ones the command applies to, without copies that a change of a series canceled. */
function likely(titledSo: BroadcastJson[], applies: Applies): BroadcastJson[] {
  const matching = titledSo.filter(({ status }) => applies(status));
  const some = matching.length > 0 ? matching : titledSo;
  const kept = some.filter(({ status, seriesId }) => status !== 'canceled' || seriesId === null);
  return kept.length > 0 ? kept : some;
}

async function findSeries(api: ApiClient, given: string): Promise<string | null> {
  const all = await everySeries(api);
  const byPrefix = ID_PREFIX.test(given) ? all.filter(beginsWith(given)) : [];
  const matching = byPrefix.length > 0 ? byPrefix : all.filter(isTitled(given));
  return only(given, 'series', matching, ({ id, rule, title }) => `${id}  ${rule}  ${title ?? ''}`);
}

const beginsWith =
  (given: string) =>
  ({ id }: { id: string }) =>
    id.toLowerCase().startsWith(given.trim().toLowerCase());

const isTitled =
  (given: string) =>
  ({ title }: { title: string | null }) =>
    title !== null && sameWords(title) === sameWords(given);

const sameWords = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();

function only<One extends { id: string }>(
  given: string,
  what: string,
  matching: One[],
  describe: (one: One) => string,
): string | null {
  const [one, another] = matching;
  if (!another) return one?.id ?? null;
  const named = matching.slice(0, MAX_NAMED).map(describe);
  const rest = matching.length - named.length;
  throw usageFailure(`"${given}" could be any of ${matching.length} ${what}; use the id`, [
    ...named,
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ]);
}

/** The API finds part of a title. An older one cannot, so this reads its whole list. */
async function titled(api: ApiClient, given: string): Promise<BroadcastJson[]> {
  try {
    return await everyBroadcast(api, { q: given.trim() });
  } catch (error) {
    if (!(error instanceof CliFailure) || error.problem.status !== 400) throw error;
    return everyBroadcast(api, {});
  }
}

async function everySeries(api: ApiClient): Promise<SeriesJson[]> {
  const found: SeriesJson[] = [];
  for await (const { series } of pagesOf((query) => api.listSeries({ query }))) found.push(...series);
  return found;
}
