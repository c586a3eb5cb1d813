import type { Command } from 'commander';
import { FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import { actInBulk, addBulkOptions, type BulkOptions, requireIds } from '../bulk.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { isLost, isOpen, withBroadcastId } from '../ids.ts';
import { outcomeAdvice, outcomeCode, type Wish, waitForOutcome } from '../outcome.ts';
import { askAboutLength, describeStartedNow, type StartOptions, startNow } from '../start-now.ts';
import { printFailure } from '../text/failure-text.ts';
import { summaryLine, warningLines } from '../views/broadcast-view.ts';
import { addExamples } from './examples.ts';

interface Action {
  name: 'cancel' | 'start' | 'stop' | 'preflight' | 'retry';
  description: string;
  examples: string[];
  /** The goal of the command. It waits until the broadcast reaches it, or no longer can. */
  wish?: Wish;
}

interface ActOptions extends BulkOptions, StartOptions {
  /** False: `--no-wait`. */
  wait?: boolean;
}

const ACTIONS: Action[] = [
  {
    name: 'cancel',
    description: 'cancel broadcasts; a live one is stopped',
    examples: [
      'livestream cancel bc_3sxtrsd1jp2c031w',
      'livestream cancel bc_3sxtrsd1jp2c031w bc_fp82p3byga0s8wkc',
      'livestream cancel --label campus=north --from tomorrow --to "tomorrow 23:59"',
    ],
    wish: 'canceled',
  },
  {
    name: 'start',
    description: 'go on air now',
    examples: [
      'livestream start bc_3sxtrsd1jp2c031w',
      'livestream start bc_3sxtrsd1jp2c031w --keep-length',
      'livestream start "Sunday service" --no-wait',
    ],
    wish: 'on air',
  },
  {
    name: 'stop',
    description: 'go off air now',
    examples: ['livestream stop bc_3sxtrsd1jp2c031w'],
    wish: 'off air',
  },
  {
    name: 'preflight',
    description: 'check now whether Zoom would let broadcasts start',
    examples: ['livestream preflight bc_3sxtrsd1jp2c031w'],
  },
  {
    name: 'retry',
    description: 'try a missed or failed broadcast again, starting now',
    examples: ['livestream retry bc_3sxtrsd1jp2c031w'],
    wish: 'on air',
  },
];

/** `cancel`, `start`, `stop`, `preflight`, `retry`: one request per id, or one for everything a filter matches. */
export function register(program: Command, context: CliContext): void {
  for (const action of ACTIONS) {
    const { name } = action;
    const many = name === 'preflight' ? null : name;
    const command = program
      .command(name)
      .description(action.description)
      .argument(
        many ? '[id...]' : '<id...>',
        'broadcast ids, as list shows them; or the start of them, or titles, if only one matches',
      )
      .action((ids: string[], options: ActOptions) => {
        if (many && requireIds(ids, options) === 'filter') {
          if (options.keepLength) throw usageFailure('--keep-length needs ids, not a filter');
          return actInBulk(many, null, options, context);
        }
        return actOnAll(ids, action, options, context);
      });
    if (many) addBulkOptions(command);
    if (action.wish === 'on air')
      command.option('--keep-length', 'move the stop, too, so that it stays on air as long as planned');
    if (action.wish) command.option('--no-wait', 'do not wait (up to 20 s) for the result');
    addExamples(command, action.examples);
  }
}

interface Done {
  given: string;
  broadcast: BroadcastJson;
  /** The broadcast before the command, if the command may change its times. */
  before?: BroadcastJson;
  /** It had already ended: nothing was sent. */
  wasFinished: boolean;
}

/** One error does not stop the others; the exit code is the first one that is not 0. */
async function actOnAll(ids: string[], action: Action, options: ActOptions, context: CliContext): Promise<void> {
  const api = await context.api();
  const wish = options.wait === false ? undefined : action.wish;
  const isAlone = ids.length === 1;
  const done: Done[] = [];
  const shared = { api, isAlone, context };
  if (action.name === 'start' || action.name === 'retry') {
    const verb = action.name;
    for (const { given, before } of await readAll(ids, verb, options, shared)) {
      const broadcast = await attempt(given, isAlone, context, () => startNow(api, before, verb, options, context));
      if (broadcast) done.push({ given, broadcast, before, wasFinished: false });
    }
  } else {
    for (const given of ids) {
      const one = await attempt(given, isAlone, context, () => send(api, given, action.name, context));
      if (one) done.push({ given, ...one });
    }
  }
  // In parallel: each may take its 20 s.
  const followed = done.map(({ given, broadcast, wasFinished }) =>
    wish === undefined || wasFinished
      ? broadcast
      : attempt(given, isAlone, context, () => waitForOutcome(api, broadcast, wish, context)),
  );
  const results: BroadcastJson[] = [];
  for (const [index, { wasFinished, before, broadcast: first }] of done.entries()) {
    const broadcast = await followed[index];
    if (!broadcast) continue;
    results.push(broadcast);
    if (before && !context.json) context.print(describeStartedNow(before, first, context));
    printResult(broadcast, action, wasFinished ? undefined : wish, context);
    if (wasFinished && !context.json) context.print(`it is already ${broadcast.status}: nothing to cancel\n`);
  }
  if (context.json) context.printJson(isAlone ? results[0] : { broadcasts: results });
}

/** Reads the broadcasts before sending anything, and asks when one of them would be on air much longer than planned. */
async function readAll(
  ids: string[],
  verb: 'start' | 'retry',
  options: StartOptions,
  { api, isAlone, context }: { api: ApiClient; isAlone: boolean; context: CliContext },
): Promise<{ given: string; before: BroadcastJson }[]> {
  const found: { given: string; before: BroadcastJson }[] = [];
  const applies = verb === 'retry' ? isLost : isOpen;
  for (const given of ids) {
    const read = () => withBroadcastId(api, given, context, (id) => api.getBroadcast({ path: { id } }), applies);
    const before = await attempt(given, isAlone, context, read);
    if (before) found.push({ given, before });
  }
  await askAboutLength(
    found.map(({ before }) => before),
    verb,
    options,
    context,
  );
  return found;
}

/** With several ids, reports one that fails and continues with the others. */
async function attempt<T>(
  given: string,
  isAlone: boolean,
  context: CliContext,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliFailure) || isAlone) throw error;
    printFailure(error, context.io.stderr, context.json, given);
    setCode(context, error.exitCode);
    return undefined;
  }
}

/** @param wish omitted: the command did not wait for the outcome */
function printResult(broadcast: BroadcastJson, action: Action, wish: Wish | undefined, context: CliContext): void {
  if (wish) setCode(context, outcomeCode(broadcast, wish));
  if (context.json) return;
  context.print(summaryLine(broadcast, context.view()));
  if (wish) context.print(outcomeAdvice(broadcast, wish, context.now()));
  if (action.name === 'preflight') printWarnings(broadcast, context);
}

function send(api: ApiClient, given: string, name: Action['name'], context: CliContext): Promise<Omit<Done, 'given'>> {
  const act = async (id: string) => {
    if (name !== 'cancel') return { broadcast: await api[`${name}Broadcast`]({ path: { id } }), wasFinished: false };
    const before = await api.getBroadcast({ path: { id } });
    if (FINAL_STATUSES.has(before.status)) return { broadcast: before, wasFinished: true };
    return { broadcast: await api.cancelBroadcast({ path: { id } }), wasFinished: false };
  };
  return withBroadcastId(api, given, context, act, isOpen);
}

function setCode(context: CliContext, code: number): void {
  if (context.exitCode === EXIT.ok) context.exitCode = code;
}

/** `preflight`: lists what would keep it from going on air. */
function printWarnings(broadcast: BroadcastJson, context: CliContext): void {
  const warnings = warningLines(broadcast, context.view());
  context.print(warnings || 'no problems found\n');
}
