import type { Sandbox } from '../sandbox/sandbox.ts';
import { type Config, loadConfig } from '../src/config.ts';
import { EventReceiver } from './event-receiver.ts';
import type { Options } from './options.ts';
import { Questioner } from './question.ts';
import { jsonReport, tableReport } from './report.ts';
import { askAll } from './run.ts';
import { control, sandboxWithSubjects } from './sandbox-subjects.ts';
import { readSubjects } from './subjects.ts';
import { ZoomUnderTest } from './zoom-under-test.ts';

/** The sandbox sends its events at once, so wait only this long, ms. */
const SANDBOX_EVENT_WAIT_MS = 700;
/** The terminal sends Ctrl-C to this process, and npm passes it on: a second one within this is the same, ms. */
const SAME_INTERRUPT_MS = 1_000;

/** Receives the report and the progress. */
export interface Output {
  /** Only the report. */
  print: (text: string) => void;
  /** Progress and questions, one line each. */
  say: (line: string) => void;
}

/**
 * `livestream conformance`: probes the sandbox, or with `options.real` the Zoom of `env`.
 * @returns the exit code: 0 as assumed, 1 something differs or a stream was left on air, 2 no probe ran or interrupted
 * @throws ConfigError for invalid settings; Error when it could not run
 */
export async function runConformance(options: Options, env: NodeJS.ProcessEnv, output: Output): Promise<number> {
  if (options.real) return conform(options, env, null, output);
  const { sandbox, env: sandboxEnv } = await sandboxWithSubjects();
  try {
    const simulated = { ...options, webhookPort: options.webhookPort ?? 0, eventWaitMs: SANDBOX_EVENT_WAIT_MS };
    return await conform(simulated, sandboxEnv, sandbox, output);
  } finally {
    await sandbox.close();
  }
}

async function conform(
  options: Options,
  env: NodeJS.ProcessEnv,
  sandbox: Sandbox | null,
  output: Output,
): Promise<number> {
  const { say } = output;
  const config = loadConfig(env);
  const interrupt = new AbortController();
  let interruptedAt = 0;
  const stop = () => {
    if (interrupt.signal.aborted && Date.now() - interruptedAt > SAME_INTERRUPT_MS) process.exit(2);
    if (interrupt.signal.aborted) return;
    interruptedAt = Date.now();
    say('\nInterrupted: stopping what was started (interrupt again to leave at once).');
    interrupt.abort(new Error('interrupted'));
  };
  const subjects = readSubjects(env);
  const events = await receiverOf(options, config, sandbox, say);
  const { eventWaitMs } = options;
  const zoom = new ZoomUnderTest({ config, subjects, events, eventWaitMs, say, signal: interrupt.signal });
  const questioner = new Questioner(options.yes || sandbox !== null);
  interrupt.signal.addEventListener('abort', () => questioner.close());
  const target = sandbox ? `the sandbox (${zoom.account.apiUrl})` : zoom.account.apiUrl;
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const code = await report(zoom, options, target, output, () =>
      askAll(zoom, options, questioner, say, interrupt.signal),
    );
    return interrupt.signal.aborted ? 2 : code;
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
  { print, say }: Output,
  ask: () => ReturnType<typeof askAll>,
): Promise<number> {
  const token = await zoom.token();
  if ('why' in token) throw new Error(`no token: ${token.why}`);
  say(`Asking ${target}. Every stream that is started is stopped again, and every other change is undone.`);
  const results = await ask();
  const left = await zoom.cleanUp();
  print((options.json ? jsonReport : tableReport)(target, results, left));
  if (left.length > 0 || results.some((result) => result.asked && result.differs)) return 1;
  return results.some(({ asked }) => asked) ? 0 : 2;
}

/** Listens for events: on any free port for the sandbox, on the given port for the real Zoom. */
async function receiverOf(
  { webhookPort }: Options,
  config: Config,
  sandbox: Sandbox | null,
  say: Output['say'],
): Promise<EventReceiver | null> {
  const secret = config.zoom.webhookSecretToken?.reveal();
  if (webhookPort === null || !secret) return null;
  const receiver = await EventReceiver.listen(config.api.host, webhookPort, secret);
  const url = `http://${config.api.host}:${receiver.port}`;
  if (sandbox) await control(sandbox, 'PATCH', 'settings', { webhookUrl: url });
  else say(`Listening for Zoom's events at ${url}, on any path.`);
  return receiver;
}
