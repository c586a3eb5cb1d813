import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { actInBulk, addBulkOptions, type BulkOptions, exitCodeOf, lengthAndId, readBy } from '../bulk.ts';
import type { CliContext } from '../context.ts';
import { CliFailure } from '../exit-codes.ts';
import { isOpen, withBroadcastId } from '../ids.ts';
import { describeNewTimes, timesOf } from '../text/new-times.ts';
import { summaryLine, zoneOf } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

/** `shift ID LENGTH`, or `shift LENGTH` with a filter. */
export function register(program: Command, context: CliContext): void {
  const command = program
    .command('shift')
    .description('move start and stop together; -15m moves them earlier')
    .argument('[id]', 'broadcast id, as list shows it; or the start of it, or a title, if only one matches')
    .argument('[length]', '15m, 1h30m, PT15M, or 1d and 2w on the local clock; -15m is earlier')
    // "-15m" is a length here, not an option.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_id: string | undefined, _length: string | undefined, options: BulkOptions, called: Command) => {
      const given = lengthAndId(called.args, options);
      if (given.id === null) return actInBulk('shift', given.length, options, context);
      return shiftOne(given.id, given.length, context);
    });
  addBulkOptions(command);
  addExamples(command, [
    'livestream shift bc_3sxtrsd1jp2c031w 15m',
    'livestream shift 1h --label building=A --from today --to tomorrow',
    'livestream shift -1d --series "Sunday service" --dry-run',
  ]);
}

async function shiftOne(given: string, length: string, context: CliContext): Promise<void> {
  const by = readBy(length);
  const api = await context.api();
  const current = await withBroadcastId(api, given, context, (id) => api.getBroadcast({ path: { id } }), isOpen);
  const { id } = current;
  const { refused } = await api.bulkBroadcasts({
    headers: { 'Idempotency-Key': randomUUID() },
    body: { filter: { ids: [id] }, action: 'shift', by, expect: 1 },
  });
  const [first] = refused;
  if (first) {
    const { status, title } = ERROR_CODES[first.code as ErrorCode];
    throw new CliFailure(exitCodeOf(first.code), { title, status, code: first.code, detail: first.detail });
  }
  const broadcast = await api.getBroadcast({ path: { id } });
  if (context.json) return context.printJson(broadcast);
  const zone = zoneOf(broadcast, context.view());
  const times = { before: timesOf(current), after: timesOf(broadcast) };
  context.print(describeNewTimes(times, zone, { now: context.now(), zone }, context.paint));
  context.print(summaryLine(broadcast, context.view()));
}
