/** What the routes of single records share: handlers, JSON bodies, and the documented request headers. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Pause } from '../broadcasts/pause.ts';
import { representBroadcast } from '../broadcasts/view.ts';
import type { Parameter } from './api-context.ts';
import { representationTag } from './preconditions.ts';

export type ById = { Params: { id: string } };
export type Handler = (request: FastifyRequest<ById>, reply: FastifyReply) => Promise<FastifyReply>;

export const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description: 'An ETag whose revision must still be current, or *; otherwise 412',
  schema: { type: 'string', examples: ['"3-Zm9vYmFyYmF6"', '"3"'] },
};
export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Within 24 h, the same key and body get the first response again; a different body gets 422',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
};
/** The `success` of an operation that returns a broadcast. */
export const ONE_BROADCAST = {
  description: 'The broadcast',
  schema: 'Broadcast',
  headers: { ETag: 'The revision and a hash of the representation' },
};

/** @param pauses all current pauses */
export function sendBroadcast(
  reply: FastifyReply,
  status: number,
  broadcast: Broadcast,
  pauses: readonly Pause[],
): FastifyReply {
  const text = JSON.stringify(representBroadcast(broadcast, pauses));
  return sendText(reply.header('etag', representationTag(broadcast, text)), status, text);
}

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return sendText(reply, status, JSON.stringify(body));
}

/** A string, because Fastify then needs no serializer. */
export function sendText(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
}
