/** One start that is due, and its stop. Times in ms since the epoch. */
export interface Job {
  /** Number of a meeting that no other job of this store has. */
  id: string;
  account: string;
  due: number;
  /** Default: long after everything that is measured. */
  stopAt?: number;
  /** Only ours keeps these. */
  title?: string;
  room?: string;
}

const STOP_AFTER_MS = 6 * 3_600_000;

export function stopOf({ due, stopAt }: Job): number {
  return stopAt ?? due + STOP_AFTER_MS;
}

/** What our library and our API take. */
export function inputOf(job: Job) {
  const { title, room } = job;
  return {
    meetingId: job.id,
    account: job.account,
    startAt: new Date(job.due).toISOString(),
    stopAt: new Date(stopOf(job)).toISOString(),
    ...(title ? { title } : {}),
    ...(room ? { labels: { room } } : {}),
  };
}

/** A scheduler as a user's program holds it. All of them store a start and a stop for each job. */
export interface Peer {
  /** As many with one call as it takes. */
  addMany(jobs: Job[]): Promise<void>;
  /** One, as a program does that is asked for one. */
  addOne(job: Job): Promise<void>;
}

export interface PeerOptions {
  /** URL of its Redis or PostgreSQL; empty if it needs none. */
  server: string;
  /** Base URL that starts are sent to. */
  target: string;
  /** Base URL of our API; empty without one. */
  api: string;
  /** QUEUE_SHARDS. */
  shards: number;
  /** Jobs in hand at once. */
  concurrency: number;
  /** False: it only stores. */
  works: boolean;
  /** Requests a second that an account may send; null: as many as it likes. */
  perSecond: number | null;
  /** Names of all accounts. */
  accounts: string[];
}

/** Each module of a peer exports one of these as `open`. */
export type OpenPeer = (options: PeerOptions) => Promise<Peer>;

/** A package of bench/package.json. It has no types here: `npm run check` must not need it. */
export async function fromBench<Module>(name: string): Promise<Module> {
  return (await import(name)) as Module;
}

export async function inPages<Value>(all: Value[], size: number, act: (page: Value[]) => Promise<unknown>) {
  for (let from = 0; from < all.length; from += size) await act(all.slice(from, from + size));
}
