import type { Command } from 'commander';
import type { OptionTexts } from '../../../conformance/options.ts';
import { ConfigError } from '../../config.ts';
import type { CliContext } from '../context.ts';
import { CliFailure, EXIT, usageFailure } from '../exit-codes.ts';
import { addExamples } from './examples.ts';

const HELP = `
Without --real it asks the built-in sandbox: no account is needed, and it takes a few seconds. With --real it asks the Zoom
that ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET (or ZOOM_ACCESS_TOKEN) name. Use a test account: it starts and
stops live streams of the meetings below, and of no others. It asks you before each start. --json prints the report as JSON.

Meetings to ask about, with --real (questions about one that you leave out are skipped, and the report says so):
  CONFORMANCE_MEETING_ID           a meeting in progress, live streaming configured, not streaming
  CONFORMANCE_WAITING_MEETING_ID   a meeting that has not started
  CONFORMANCE_ENDED_MEETING_ID     a meeting that is over
  CONFORMANCE_WEBINAR_ID           a webinar in progress, live streaming configured, not streaming
  CONFORMANCE_WAITING_WEBINAR_ID   a webinar that has not started

Exit codes:
  0  everything is as assumed
  1  something differs, or you must stop a stream by hand
  2  it could not run, asked nothing, or was interrupted`;

const all = (value: string, before: string[] = []) => [...before, value];

export function register(program: Command, context: CliContext): void {
  const command = program
    .command('conformance')
    .description('ask Zoom whether it behaves as this program assumes, and print what differs')
    .option('--real', 'ask real Zoom instead of the sandbox')
    .option('--yes', 'start live streams without asking first')
    .option('--only <id>', 'ask only questions whose id begins with this; repeat it for more', all)
    .option('--webhook-port <port>', "listen for Zoom's events on this port (needs ZOOM_WEBHOOK_SECRET_TOKEN)")
    .option('--event-wait <seconds>', 'how long to wait for an event', '60')
    .option('--long', 'also ask what takes minutes, such as a repeated event')
    .action((options: OptionTexts) => conformance(options, context));
  command.addHelpText('after', HELP);
  addExamples(command, ['livestream conformance', 'livestream conformance --real --only 2. --only 4. --json']);
}

async function conformance(texts: OptionTexts, context: CliContext): Promise<void> {
  const { readOptions } = await import('../../../conformance/options.ts');
  const { runConformance } = await import('../../../conformance/conformance.ts');
  const options = orExit(() => readOptions({ ...texts, json: context.json }));
  const { env, stdout, stderr } = context.io;
  const output = {
    print: (text: string) => void stdout.write(text),
    say: (line: string) => void stderr.write(`${line}\n`),
  };
  context.exitCode = await runConformance(options, env, output).catch((error: Error) => {
    throw couldNotRun(error);
  });
}

function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw usageFailure((error as Error).message);
  }
}

/** Exit code 2, since 1 means that Zoom differs. */
function couldNotRun(error: Error): CliFailure {
  const problem = { code: 'conformance', title: 'Conformance could not run' };
  if (!(error instanceof ConfigError)) return new CliFailure(EXIT.usage, { ...problem, detail: error.message });
  const errors = error.problems.map(({ name, message }) => ({ path: name, message }));
  return new CliFailure(EXIT.usage, { ...problem, detail: 'some settings are invalid', errors });
}
