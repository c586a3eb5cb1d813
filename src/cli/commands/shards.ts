import { type Command, InvalidArgumentError } from 'commander';
import { MAX_SHARDS } from '../../broadcasts/store/keys.ts';
import type { CliContext } from '../context.ts';
import { addExamples } from './examples.ts';

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('shards')
    .description('change the number of shards (QUEUE_SHARDS); every process must be stopped')
    .argument('<number>', `1 to ${MAX_SHARDS}`, wholeNumber)
    .action((shards: number) => changeTo(shards, context));
  command.addHelpText(
    'after',
    '\nIt works on REDIS_URL, not through the API, and moves everything of each account to its shard. If it is\ninterrupted, run it again. Then set QUEUE_SHARDS to the number everywhere, and start the processes.',
  );
  addExamples(command, ['REDIS_URL=redis+cluster://10.0.0.5:7000 livestream shards 3']);
}

function wholeNumber(text: string): number {
  const shards = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (shards >= 1 && shards <= MAX_SHARDS) return shards;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_SHARDS}`);
}

async function changeTo(shards: number, context: CliContext): Promise<void> {
  const { moveShards } = await import('../move-shards.ts');
  const { from, moved } = await moveShards(shards, context.io);
  if (context.json) return context.printJson({ shards, ...moved });
  const before = from === null ? '' : ` (before: ${from})`;
  context.print(
    `This installation has ${shards === 1 ? '1 shard' : `${shards} shards`} now${before}. Moved: ${moved.broadcasts} broadcasts, ${moved.alerts} alerts.\n` +
      `Set QUEUE_SHARDS=${shards} in every process, and start them.\n`,
  );
}
