import type { CliIo } from './io.ts';

/** Options of `up`, `api`, `worker` and `sandbox` as commander gives them. */
export interface ServiceOptions {
  host?: string;
  port?: string;
  [option: string]: unknown;
}

async function notBuilt(io: CliIo): Promise<number> {
  io.stderr.write('not built yet\n');
  return 1;
}

export function runUp(_options: ServiceOptions, io: CliIo): Promise<number> {
  return notBuilt(io);
}

export function runApi(_options: ServiceOptions, io: CliIo): Promise<number> {
  return notBuilt(io);
}

export function runWorker(_options: ServiceOptions, io: CliIo): Promise<number> {
  return notBuilt(io);
}

export function runSandbox(_options: ServiceOptions, io: CliIo): Promise<number> {
  return notBuilt(io);
}
