import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Config, ConfigError, loadConfig } from '../src/config.ts';
import { EventReceiver } from './event-receiver.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { Questioner } from './question.ts';
import { jsonReport, tableReport } from './report.ts';
import { askAll } from './run.ts';
import { control, sandboxWithSubjects } from './sandbox-subjects.ts';
import { readSubjects } from './subjects.ts';
import { ZoomUnderTest } from './zoom-under-test.ts';

/** `npm run conformance`: see options.ts. */

/** The sandbox's events come at once, ms. */
const SANDBOX_EVENT_WAIT_MS = 700;
/** npm hands on the signal that the terminal has sent us already, ms. */
const SAME_INTERRUPT_MS = 1_000;

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.real) return conform(options, process.env, null);
  const { sandbox, env } = await sandboxWithSubjects();
  try {
    const played = { ...options, webhookPort: options.webhookPort ?? 0, eventWaitMs: SANDBOX_EVENT_WAIT_MS };
    return await conform(played, env, sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Resolves to the exit code. */
async function conform(options: Options, env: NodeJS.ProcessEnv, sandbox: Sandbox | null): Promise<number> {
  const config = loadConfig(env);
  const interrupt = new AbortController();
  let interruptedAt = 0;
  const stop = () => {
    if (interrupt.signal.aborted && Date.now() - interruptedAt > SAME_INTERRUPT_MS) process.exit(2);
    if (interrupt.signal.aborted) return;
    interruptedAt = Date.now();
    say('\ninterrupted: stopping what was started (once more to leave at once)');
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const subjects = readSubjects(env);
  const events = await receiverOf(options, config, sandbox);
  const { eventWaitMs } = options;
  const zoom = new ZoomUnderTest({ config, subjects, events, eventWaitMs, say, signal: interrupt.signal });
  const questioner = new Questioner(options.yes || sandbox !== null);
  interrupt.signal.addEventListener('abort', () => questioner.close());
  try {
    return await report(zoom, options, sandbox ? `the sandbox (${zoom.account.apiUrl})` : zoom.account.apiUrl, () =>
      askAll(zoom, options, questioner, say, interrupt.signal),
    ).then((code) => (interrupt.signal.aborted ? 2 : code));
  } finally {
    questioner.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await zoom.close();
  }
}

async function report(
  zoom: ZoomUnderTest,
  options: Options,
  target: string,
  ask: () => ReturnType<typeof askAll>,
): Promise<number> {
  const token = await zoom.token();
  if ('why' in token) throw new Error(`no token: ${token.why}`);
  say(`Asking ${target}. What is started is stopped again; nothing else is changed for good.`);
  const results = await ask();
  const left = await zoom.cleanUp();
  process.stdout.write((options.json ? jsonReport : tableReport)(target, results, left));
  if (left.length > 0 || results.some((result) => result.asked && result.differs)) return 1;
  return results.some(({ asked }) => asked) ? 0 : 2;
}

/** Where events come in: for the sandbox on any port, for the real Zoom where the person says. */
async function receiverOf(
  { webhookPort }: Options,
  config: Config,
  sandbox: Sandbox | null,
): Promise<EventReceiver | null> {
  const secret = config.zoom.webhookSecretToken?.reveal();
  if (webhookPort === null || !secret) return null;
  const receiver = await EventReceiver.listen(config.api.host, webhookPort, secret);
  const url = `http://${config.api.host}:${receiver.port}`;
  if (sandbox) await control(sandbox, 'PATCH', 'settings', { webhookUrl: url });
  else say(`Events are taken at ${url}, on any path.`);
  return receiver;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    say(error instanceof ConfigError ? error.message : `conformance: ${error.message}`);
    process.exitCode = 2;
  },
);
