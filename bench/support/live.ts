import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Process } from '../../test/support/livestream-process.ts';
import { inPages, type Job } from '../peers/peer.ts';
import type { Answered, Asked } from '../peers/peer-process.ts';
import { cpuOf, residentMemory } from './processes.ts';
import type { Server } from './servers.ts';

const PEER_PROCESS = fileURLToPath(new URL('../peers/peer-process.ts', import.meta.url));
const TYPESCRIPT = fileURLToPath(new URL('../../test/support/run-typescript.mjs', import.meta.url));
/** Jobs in one message to the process of a peer. */
const PAGE = 10_000;

/** CPU so far, ms: of the processes that send, of our API if it runs, and of the server. */
export interface Cost {
  worker: number;
  api: number;
  server: number;
}

/** A contender whose processes run. */
export interface Live {
  addMany(jobs: Job[]): Promise<void>;
  /** Ms that it took to create all, one by one, `atOnce` of them on their way. */
  create(jobs: Job[], atOnce: number): Promise<number>;
  cost(): Cost;
  /** Resident memory of the process that sends, bytes. */
  memory(): number;
  server: Server;
  /** Our own processes, if it is ours. */
  workers: Process[];
  api: Process | null;
}

/** @param peer holds its library, and sends what is due unless workers of ours do */
export function liveOf(
  name: string,
  { server, peer, workers, api }: { server: Server; peer: ChildProcess; workers: Process[]; api: Process | null },
): Live {
  const ask = asking(peer, name);
  const own = workers.length > 0 ? workers.map(({ pid }) => pid) : [(api ?? peer).pid ?? 0];
  const sum = (all: number[]) => all.reduce((total, one) => total + one, 0);
  return {
    ...{ server, workers, api },
    addMany: (jobs) => inPages(jobs, PAGE, (page) => ask({ ask: 'addMany', jobs: page })),
    create: (jobs, atOnce) => ask({ ask: 'create', jobs, atOnce }),
    cost: () => ({ worker: sum(own.map(cpuOf)), api: api ? cpuOf(api.pid) : 0, server: sum(server.cpu()) }),
    memory: () => residentMemory(own[0] ?? 0),
  };
}

export function costSince(live: Live, before: Cost): Cost {
  const { worker, api, server } = live.cost();
  return { worker: worker - before.worker, api: api - before.api, server: server - before.server };
}

/** Resolves when it is ready. */
export async function startPeer(module: string, options: unknown): Promise<ChildProcess> {
  const child = fork(PEER_PROCESS, [module, JSON.stringify(options)], { execArgv: ['--import', TYPESCRIPT] });
  const lost = once(child, 'exit').then(() => {
    throw new Error(`${module} ended before it was ready: its message is above`);
  });
  lost.catch(() => {});
  await Promise.race([once(child, 'message'), lost]);
  return child;
}

export async function endOf(peer: ChildProcess): Promise<void> {
  if (peer.exitCode !== null || peer.signalCode !== null) return;
  const exited = once(peer, 'exit');
  peer.kill('SIGKILL');
  await exited;
}

type Question = Asked extends infer One ? (One extends Asked ? Omit<One, 'n'> : never) : never;

function asking(peer: ChildProcess, name: string): (question: Question) => Promise<number> {
  let asked = 0;
  return (question) => {
    asked += 1;
    const n = asked;
    return new Promise((resolve, reject) => {
      const settle = (answer: Answered) => {
        if (answer.n !== n) return;
        forget();
        if ('error' in answer) reject(new Error(`${name}: ${answer.error}`));
        else resolve(answer.value);
      };
      const ended = () => {
        forget();
        reject(new Error(`${name} ended: its message is above`));
      };
      const forget = () => {
        peer.off('message', settle);
        peer.off('exit', ended);
      };
      peer.on('message', settle);
      peer.on('exit', ended);
      peer.send({ ...question, n });
    });
  };
}
