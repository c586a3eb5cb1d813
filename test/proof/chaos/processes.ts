import { pathToFileURL } from 'node:url';
import type { Installation } from '../../support/installation.ts';
import type { Process } from '../../support/livestream-process.ts';
import { freePort } from '../../support/redis-server.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** A place for one process, with lines of its own to Redis and to Zoom: whoever is killed there is replaced by the next. */
export interface OccurrenceSlot {
  name: string;
  kind: 'api' | 'worker';
  redis: TcpProxy;
  zoom: TcpProxy;
  /** Null while it is dead. */
  process: Process | null;
  /** Ids of all processes that ran here. */
  pids: number[];
  /** Of an API: the same for each that runs here. */
  url: string;
  /** Starts the next process, as a supervisor would: one that could not start is followed by another. */
  fill(): Promise<void>;
}

/** How far the clocks of the three workers are off, ms. */
const SKEWS_MS = [3_000, -3_000, 0];
/** Redis may go away in the middle of a start, several times. */
const MAX_ATTEMPTS = 20;
const SKEWED_CLOCK = pathToFileURL('test/support/skewed-clock.mjs').href;

/** Two APIs and three workers, all running. */
export async function fillPlaces(at: Installation): Promise<OccurrenceSlot[]> {
  const places = await Promise.all([
    ...[1, 2].map((n) => emptyPlace(at, 'api', n)),
    ...[1, 2, 3].map((n) => emptyPlace(at, 'worker', n)),
  ]);
  await Promise.all(places.map((place) => place.fill()));
  const empty = places.filter(({ process }) => process === null).map(({ name }) => name);
  if (empty.length > 0) throw new Error(`did not start: ${empty.join(', ')}`);
  return places;
}

async function emptyPlace(at: Installation, kind: OccurrenceSlot['kind'], n: number): Promise<OccurrenceSlot> {
  const redis = new TcpProxy(at.redis.port);
  const zoom = new TcpProxy(Number(new URL(at.sandbox.url).port));
  await Promise.all([redis.open(), zoom.open()]);
  const port = await freePort();
  const zoomUrl = `http://127.0.0.1:${zoom.port}`;
  const skew = kind === 'worker' ? (SKEWS_MS[n - 1] ?? 0) : 0;
  const env = {
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    ZOOM_API_URL: `${zoomUrl}/v2`,
    ZOOM_OAUTH_URL: `${zoomUrl}/oauth/token`,
    ...(kind === 'api' ? { PORT: String(port) } : {}),
    ...(skew === 0 ? {} : { NODE_OPTIONS: `--import=${SKEWED_CLOCK}`, CLOCK_SKEW_MS: String(skew) }),
  };
  const place: OccurrenceSlot = {
    name: `${kind} ${n}`,
    kind,
    redis,
    zoom,
    process: null,
    pids: [],
    url: `http://127.0.0.1:${port}`,
    fill: async () => {
      const start = () => (kind === 'api' ? at.addApi(env) : at.addWorker(env));
      for (let tries = 0; place.process === null && tries < MAX_ATTEMPTS; tries += 1)
        place.process = await start().catch(() => null);
      if (place.process) place.pids.push(place.process.pid);
    },
  };
  return place;
}

/** Whether the clock of this worker can step (`skewed-clock.mjs` is loaded). */
export function isSkewed({ name, kind }: OccurrenceSlot): boolean {
  return kind === 'worker' && SKEWS_MS[Number(name.slice(-1)) - 1] !== 0;
}
