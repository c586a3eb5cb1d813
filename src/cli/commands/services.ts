import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import type { ServiceOptions } from '../service-commands.ts';
import { addExamples } from './examples.ts';

type ServiceName = 'runUp' | 'runApi' | 'runWorker' | 'runSandbox';

/** `up`, `api`, `worker`, `sandbox`: the processes that stay. Their settings are environment variables. */
export function register(program: Command, context: CliContext): void {
  const run = (name: ServiceName) => async (options: ServiceOptions) => {
    const services = await import('../service-commands.ts');
    context.exitCode = await services[name](options, context.io);
  };
  const up = program
    .command('up')
    .description('everything on one machine: Redis, Zoom or sandbox, API, worker, dashboard');
  addConsent(addAddress(up, 'the API', 'HOST', 'PORT'))
    .option('--demo', 'a demonstration broadcast, when the sandbox is used')
    .action(run('runUp'));
  addExamples(up, ['livestream up', 'REDIS_URL=redis://127.0.0.1:6379 livestream up --port 8080']);

  const api = program.command('api').description('the HTTP API and dashboard only');
  addConsent(addAddress(api, 'the API', 'HOST', 'PORT')).action(run('runApi'));
  addExamples(api, ['REDIS_URL=redis://127.0.0.1:6379 livestream api']);

  const worker = program
    .command('worker')
    .description('the workers only; start as many as wanted, on as many machines');
  addConsent(worker.option('--concurrency <jobs>', 'maximum concurrent jobs (WORKER_CONCURRENCY)'))
    // `up` tells its worker so; by its settings alone it would be one of a Zoom on this machine.
    .addOption(new Option('--sandbox', 'the Zoom of this worker is the sandbox of `livestream up`').hideHelp())
    .action(run('runWorker'));
  addExamples(worker, ['REDIS_URL=redis://127.0.0.1:6379 livestream worker']);

  const sandbox = program.command('sandbox').description('the Zoom simulator only');
  addAddress(sandbox, 'the sandbox', 'SANDBOX_HOST', 'SANDBOX_PORT')
    .option('--webhook-url <url>', 'where its signed events go')
    .option('--webhook-secret <token>', 'what signs them')
    .action(run('runSandbox'));
  addExamples(sandbox, ['livestream sandbox --port 3001']);
}

function addAddress(command: Command, what: string, hostSetting: string, portSetting: string): Command {
  return command
    .option('--host <address>', `where ${what} listens (${hostSetting})`)
    .option('--port <number>', `port of ${what} (${portSetting})`);
}

/** What may be done with what is stored for another Zoom. */
function addConsent(command: Command): Command {
  return command
    .option('--discard-sandbox', 'cancel what was planned for the sandbox, before Zoom itself is used')
    .option('--take-over', 'keep what was planned for another Zoom, and do it by this one from now on');
}
