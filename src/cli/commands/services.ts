import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import type { ServiceOptions } from '../service-commands.ts';
import { addExamples } from './examples.ts';

type ServiceName = 'runUp' | 'runApi' | 'runWorker' | 'runSandbox';

/** `up`, `api`, `worker`, `sandbox`: the services. Environment variables hold their settings. */
export function register(program: Command, context: CliContext): void {
  const run = (name: ServiceName) => async (options: ServiceOptions) => {
    const services = await import('../service-commands.ts');
    context.exitCode = await services[name](options, context.io);
  };
  const up = program
    .command('up')
    .description('run everything on one machine: Redis, Zoom or the sandbox, API, worker, dashboard');
  addConsent(addAddress(up, 'the API', 'HOST', 'PORT'))
    .option('--demo', 'run a demo broadcast in the sandbox')
    .action(run('runUp'));
  addExamples(up, ['livestream up', 'REDIS_URL=redis://127.0.0.1:6379 livestream up --port 8080']);

  const api = program.command('api').description('run only the HTTP API and dashboard');
  addConsent(addAddress(api, 'the API', 'HOST', 'PORT')).action(run('runApi'));
  addExamples(api, ['REDIS_URL=redis://127.0.0.1:6379 livestream api']);

  const worker = program
    .command('worker')
    .description('run only a worker; start as many as you like, on any number of machines');
  addConsent(worker.option('--concurrency <jobs>', 'maximum concurrent jobs (WORKER_CONCURRENCY)'))
    // Set by `up`. From the settings alone, the worker would mistake the sandbox for a real Zoom on this machine.
    .addOption(new Option('--sandbox', 'the Zoom of this worker is the sandbox of `livestream up`').hideHelp())
    .action(run('runWorker'));
  addExamples(worker, ['REDIS_URL=redis://127.0.0.1:6379 livestream worker']);

  const sandbox = program.command('sandbox').description('run only the Zoom simulator');
  addAddress(sandbox, 'the sandbox', 'SANDBOX_HOST', 'SANDBOX_PORT')
    .option('--webhook-url <url>', 'URL that receives its signed events')
    .option('--webhook-secret <token>', 'secret that signs the events')
    .action(run('runSandbox'));
  addExamples(sandbox, ['livestream sandbox --port 3001']);
}

function addAddress(command: Command, what: string, hostSetting: string, portSetting: string): Command {
  return command
    .option('--host <address>', `address ${what} listens on (${hostSetting})`)
    .option('--port <number>', `port ${what} listens on (${portSetting})`);
}

/** Consent to change records stored for another Zoom. */
function addConsent(command: Command): Command {
  return command
    .option('--discard-sandbox', 'cancel the broadcasts planned for the sandbox before using Zoom')
    .option('--take-over', 'keep the broadcasts planned for another Zoom, and run them with this one');
}
