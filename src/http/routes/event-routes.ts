import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../access/authority.ts';
import type { Clock } from '../../clock.ts';
import type { EventHub } from '../../events/event-hub.ts';
import { compareEventIds } from '../../events/event-id.ts';
import type { ApiRoutes } from '../api-context.ts';
import { EventClient } from '../event-client.ts';
import { EVENT_PARAMETERS, parseEventQuery } from '../event-query.ts';
import { callerOf, tooManyRequests } from '../rate-limit.ts';

/** Shorter than the idle time-outs of proxies (30 to 60 s), ms. */
const HEARTBEAT_MS = 15_000;
/** Maximum time until the streams of a revoked key end, ms. */
const REVOKED_EVERY_MS = 1_000;
/** Maximum open streams in this process, and per caller. */
const MAX_STREAMS = 1_000;
const MAX_STREAMS_PER_CLIENT = 200;
/** When a rejected client may retry, s: a slot is free once someone closes a stream. */
const FULL_RETRY_S = 30;

const eventSchema = z
  .looseObject({
    type: z.string().meta({ examples: ['broadcast.live', 'alert.missed'] }),
    timestamp: z.string().meta({ format: 'date-time' }),
    data: z.looseObject({}).meta({ description: 'The broadcast; an alert adds `broadcastId` and `message`' }),
  })
  .meta({ description: 'The `data` of one event of the stream' });

export interface EventRouteDeps {
  hub: EventHub;
  clock: Clock;
  /** Default 15,000. */
  heartbeatMs?: number;
  /** Whether the key of a stream's caller is still valid; omitted: always. */
  isGood?: (caller: Caller) => Promise<boolean>;
}

/** `GET /v1/events`: all events as Server-Sent Events, resumable. Ends when the server closes. */
export function eventRoutes(deps: EventRouteDeps): ApiRoutes {
  const clients = new Map<EventClient, Caller>();
  const places = new ConnectionLimit();
  return {
    schemas: { Event: eventSchema },
    register(app: FastifyInstance) {
      let closing = false;
      const beat = setInterval(() => {
        for (const client of clients.keys()) client.beat();
      }, deps.heartbeatMs ?? HEARTBEAT_MS);
      beat.unref();
      const watch = setInterval(() => void endRevoked(clients, deps), REVOKED_EVERY_MS);
      watch.unref();
      app.addHook('preClose', async () => {
        closing = true;
        clearInterval(beat);
        clearInterval(watch);
        for (const client of clients.keys()) client.end();
      });
      app.get('/v1/events', { config: { operation: OPERATION } }, async (request, reply) => {
        const query = parseEventQuery(request.query, request.headers, request.caller.limits);
        reply.header('content-type', 'text/event-stream; charset=utf-8');
        reply.header('cache-control', 'no-store, no-transform');
        // Without this header nginx would buffer the events.
        reply.header('x-accel-buffering', 'no');
        if (request.method === 'HEAD') return reply.send();
        const leave = places.enter(callerOf(request), reply);
        try {
          const start = await startOf(query.after, deps);
          await serve(request, reply, start, { ...deps, filter: query.filter }, clients, () => closing);
        } finally {
          leave();
        }
        return reply;
      });
    },
  };
}

const OPERATION = {
  id: 'streamEvents',
  summary: 'Follow all events live (Server-Sent Events)',
  tag: 'Events',
  description:
    'Each event has `id`, `event` (its type) and `data` (`{type, timestamp, data}`). `Last-Event-ID` resumes without losing any, ' +
    'even after a restart. If events after that id are no longer stored, `stream.gap` comes first, then the oldest stored events.',
  parameters: EVENT_PARAMETERS,
  success: { status: 200, description: 'The stream', schema: 'Event', contentType: 'text/event-stream' },
  errors: ['validation_failed' as const],
};

/** Ends the streams of revoked keys, with one check per key, however many streams it has. */
async function endRevoked(clients: Map<EventClient, Caller>, { isGood }: EventRouteDeps): Promise<void> {
  if (!isGood) return;
  const callers = new Map([...clients.values()].map((caller) => [caller.ref, caller]));
  for (const caller of callers.values()) {
    // Unknown without Redis, but without Redis no event can be read either.
    if (await isGood(caller).catch(() => true)) continue;
    for (const [client, { ref }] of clients) if (ref === caller.ref) client.end();
  }
}

/** Limits the number of open streams: each costs a connection, and work for every event. */
class ConnectionLimit {
  readonly #taken = new Map<string, number>();
  #all = 0;

  /** @returns a function that releases the slot. @throws LivestreamError `too_many_requests` */
  enter(caller: string, reply: FastifyReply): () => void {
    const own = this.#taken.get(caller) ?? 0;
    if (own >= MAX_STREAMS_PER_CLIENT || this.#all >= MAX_STREAMS) {
      const count =
        own >= MAX_STREAMS_PER_CLIENT ? `${own} event streams of this caller` : `${this.#all} event streams`;
      throw tooManyRequests(reply, FULL_RETRY_S, `${count} are already open: close one first.`);
    }
    this.#taken.set(caller, own + 1);
    this.#all += 1;
    return () => {
      const left = (this.#taken.get(caller) ?? 1) - 1;
      if (left > 0) this.#taken.set(caller, left);
      else this.#taken.delete(caller);
      this.#all -= 1;
    };
  }
}

interface Start {
  after: string;
  /** What to send first. */
  gap: string | null;
}

/** Where the stream starts for this client. */
async function startOf(after: string | null, { hub, clock }: EventRouteDeps): Promise<Start> {
  if (after === null) return { after: hub.position, gap: null };
  if (compareEventIds(after, hub.position) > 0) {
    // Another process may be ahead of this one. An id that Redis never issued belongs to lost data.
    const newest = await hub.log.newestId();
    return compareEventIds(after, newest) > 0
      ? { after: hub.position, gap: gapEvent(after, hub.position, clock) }
      : { after, gap: null };
  }
  const gap = await hub.log.gapAfter(after);
  return { after, gap: gap && gapEvent(after, gap.oldest, clock) };
}

/** Has no id, so the client's position in the stream does not change. */
function gapEvent(lastEventId: string, resumedAt: string, clock: Clock): string {
  const timestamp = new Date(clock.now()).toISOString();
  const message = 'events after lastEventId are no longer stored; read the broadcasts again';
  const event = { type: 'stream.gap', timestamp, data: { lastEventId, resumedAt, message } };
  return `event: stream.gap\ndata: ${JSON.stringify(event)}\n\n`;
}

async function serve(
  request: FastifyRequest,
  reply: FastifyReply,
  { after, gap }: Start,
  options: EventRouteDeps & { filter: ReturnType<typeof parseEventQuery>['filter'] },
  clients: Map<EventClient, Caller>,
  closing: () => boolean,
): Promise<void> {
  const { hub, clock, filter } = options;
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, reply.getHeaders() as Record<string, string>);
  // A few small writes a minute, so send each at once.
  response.socket?.setNoDelay(true);
  if (gap) response.write(gap);
  const client = new EventClient({ response, hub, filter, clock, after });
  clients.set(client, request.caller);
  try {
    if (closing()) client.end();
    await client.run();
  } catch (error) {
    request.log.warn({ err: error }, 'event stream interrupted; the client will resume it');
    response.destroy();
  } finally {
    clients.delete(client);
  }
}
