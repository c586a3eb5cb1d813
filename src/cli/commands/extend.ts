import type { Command } from 'commander';
import { describeLength } from '../../time/human-duration.ts';
import { formatIn } from '../../time/local-time.ts';
import { type ApiClient, ifMatch } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { actInBulk, addBulkOptions, type BulkOptions, lengthAndId } from '../bulk.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { isOpen, withBroadcastId } from '../ids.ts';
import { readDurationOption } from '../options.ts';
import { describeNewTimes, lengthWarning, type Times, timesOf } from '../text/new-times.ts';
import { namingOverlap } from '../text/overlap-text.ts';
import { describeMoment } from '../text/wall-clock.ts';
import { summaryLine, zoneOf } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

/** Maximum retries when somebody else changes the plan at the same moment. */
const TRIES = 3;

/** `extend ID LENGTH`, or `extend LENGTH` with a filter. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('extend')
    .description('move the stop, even of a live broadcast; -15m makes it earlier')
    .argument('[id]', 'broadcast id, as list shows it; or the start of it, or a title, if only one matches')
    .argument('[length]', '15m, 1h30m or PT15M; -15m moves the stop earlier')
    // "-15m" is a length here, not an option.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_id: string | undefined, _length: string | undefined, options: BulkOptions, called: Command) => {
      const given = lengthAndId(called.args, options);
      if (given.id === null) return actInBulk('extend', given.length, options, context);
      return extend(given.id, given.length, options, context);
    });
  addBulkOptions(command);
  addExamples(command, [
    'livestream extend bc_3sxtrsd1jp2c031w 15m',
    'livestream extend "Sunday service" -5m',
    'livestream extend 20m --label building=A --status live',
  ]);
}

async function extend(given: string, text: string, { yes }: { yes?: boolean }, context: CliContext): Promise<void> {
  const by = readLength(text);
  const api = await context.api();
  const current = await withBroadcastId(api, given, context, (id) => api.getBroadcast({ path: { id } }), isOpen);
  await askWhenInDoubt(current, by, yes, context);
  const { before, changed } = await moveStop(api, current, by, context);
  if (context.json) return context.printJson(changed);
  context.print(described(current, before, by, context));
  context.print(summaryLine(changed, context.view()));
}

/** Show the change before anybody answers. */
async function askWhenInDoubt(current: BroadcastJson, by: number, yes: boolean | undefined, context: CliContext) {
  const before = timesOf(current);
  const doubt = lengthWarning({ before, after: { ...before, stopAt: newStop(current, before, by, context) } });
  if (doubt === null || yes) return;
  if (!context.json) context.io.stderr.write(described(current, before, by, context));
  await confirm(doubt, yes, context);
}

function described(current: BroadcastJson, before: Times, by: number, context: CliContext): string {
  const zone = zoneOf(current, context.view());
  const after = { startAt: before.startAt, stopAt: (before.stopAt ?? 0) + by };
  return describeNewTimes({ before, after }, zone, { now: context.now(), zone }, context.paint);
}

/** Ms; negative when the stop moves earlier. */
function readLength(text: string): number {
  const [, sign, length] = /^([+-]?)(.*)$/.exec(text.trim()) ?? [];
  const ms = readDurationOption(length ?? '', '<length>');
  return sign === '-' ? -ms : ms;
}

async function moveStop(api: ApiClient, first: BroadcastJson, by: number, context: CliContext) {
  let current = first;
  for (let tries = 1; ; tries += 1) {
    const before = timesOf(current);
    const stopAt = formatIn(newStop(current, before, by, context), zoneOf(current, context.view()));
    try {
      const { id, revision } = current;
      return {
        before,
        changed: await namingOverlap(api, context, () =>
          api.changeBroadcast({ path: { id }, headers: ifMatch(revision), body: { stopAt } as never }),
        ),
      };
    } catch (error) {
      const isOutdated = error instanceof CliFailure && error.problem.status === 412;
      if (!isOutdated || tries === TRIES) throw error;
      current = await api.getBroadcast({ path: { id: current.id } });
    }
  }
}

/** @throws CliFailure if there is no stop to move, or the new stop would be past */
function newStop(current: BroadcastJson, { startAt, stopAt }: Times, by: number, context: CliContext): number {
  const { id, status } = current;
  if (stopAt === null) {
    const detail = `${id} has no planned stop to move`;
    throw new CliFailure(EXIT.conflict, { title: 'Nothing to extend', code: 'no_stop', status: 409, detail }, [
      // Before the start, a stop that counts from now would be past.
      status === 'live'
        ? `to plan one: livestream reschedule ${id} --stop now+15m`
        : `to plan one: livestream reschedule ${id} --duration 1h`,
    ]);
  }
  const at = stopAt + by;
  const zone = zoneOf(current, context.view());
  if (at <= context.now() && by < 0) {
    throw usageFailure(`the stop would be at ${describeMoment(at, zone)}, which is in the past`, [
      status === 'live' ? `to take it off air now: livestream stop ${id}` : `to cancel it: livestream cancel ${id}`,
    ]);
  }
  if (at > startAt) return at;
  throw usageFailure(
    `the stop would not be after the start: the broadcast is on air for only ${describeLength(stopAt - startAt)}`,
  );
}
