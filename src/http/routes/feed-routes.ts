import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { LivestreamError } from '../../errors.ts';
import { feedCalendar } from '../../feeds/feed-calendar.ts';
import type { Feed, FeedStore, NewFeed } from '../../feeds/feed-store.ts';
import { broadcastsOfFeed, type ListPage } from '../../feeds/feed-window.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { Issues, inspect } from '../../validation/issues.ts';
import { LABEL } from '../../validation/text-fields.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { isKnown } from '../preconditions.ts';
import { type ById, sendJson } from '../reply.ts';
import { originOf } from '../session-cookie.ts';

const TAG = 'Feeds';
const MAX_NAME = 100;

export interface FeedDeps {
  store: FeedStore;
  clock: Clock;
  list: ListPage;
  /** Names of the Zoom accounts. */
  accounts: () => string[];
  /** Whether the key that created the feed still exists. */
  keyIsGood: (feed: Feed) => Promise<boolean>;
}

const name = z.string().min(1).max(MAX_NAME);
const account = z.string().nullable();
const label = z.string().nullable();
const list = z.array(z.string()).nullable();

const newFeedSchema = z.strictObject({
  name: name.meta({ description: 'The name that calendar programs show' }),
  account: account.optional().meta({ description: 'Only broadcasts of this Zoom account' }),
  label: label.optional().meta({ description: 'Only broadcasts with this label: `name=value`, or `name`' }),
});
const feedFields = {
  id: z.string(),
  name,
  account,
  label,
  limits: z
    .strictObject({ accounts: list, labels: list })
    .meta({ description: 'The limits of the key that made it; the feed shows nothing outside them' }),
  createdAt: z.string().meta({ format: 'date-time' }),
  createdBy: z.string(),
};
const feedSchema = z.strictObject(feedFields);
const createdFeedSchema = z.strictObject({
  ...feedFields,
  url: z.string().meta({
    description:
      'The address to subscribe to. Anyone who has it can read the feed without a key. It is shown only once and not stored',
  }),
});
const feedsSchema = z.strictObject({ feeds: z.array(feedSchema) });

/** `/v1/feeds`: the schedule as iCalendar, at an address that needs no key (contract section 6). */
export function feedRoutes(deps: FeedDeps): ApiRoutes {
  const { store } = deps;
  return {
    schemas: { NewFeed: newFeedSchema, Feed: feedSchema, CreatedFeed: createdFeedSchema, Feeds: feedsSchema },
    register(app) {
      app.post('/v1/feeds', { config: { operation: CREATE } }, async (request, reply) => {
        const wanted = parseNewFeed(bodyOf(request), deps.accounts());
        const { feed, token } = await store.create(wanted, request.actor, request.caller);
        return sendJson(reply, 201, { ...representFeed(feed), url: `${originOf(request)}/v1/feeds/${token}.ics` });
      });
      app.get('/v1/feeds', { config: { operation: LIST } }, async (request, reply) => {
        return sendJson(reply, 200, { feeds: (await store.list(request.caller.limits)).map(representFeed) });
      });
      app.delete<ById>('/v1/feeds/:id', { config: { operation: DELETE } }, async (request, reply) => {
        const feed = await store.delete(request.params.id, request.actor, request.caller.limits);
        return sendJson(reply, 200, representFeed(feed));
      });
      app.get<{ Params: { token: string } }>(
        '/v1/feeds/:token.ics',
        // Calendar programs add their own query to an address.
        { config: { access: 'open', anyInput: true, operation: READ } },
        async (request, reply) => sendCalendar(request, reply, request.params.token, deps),
      );
    },
  };
}

async function sendCalendar(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  { store, clock, list: listPage, keyIsGood }: FeedDeps,
): Promise<FastifyReply> {
  const feed = await store.find(token);
  if (!feed || !(await keyIsGood(feed)))
    throw new LivestreamError(
      'not_found',
      'This feed does not exist. It was deleted, or the key that made it was revoked: ask for a new address.',
    );
  const text = feedCalendar(feed.name, await broadcastsOfFeed(feed, clock.now(), listPage));
  const tag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  // A program may store the feed, a proxy may not; every use asks again.
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (isKnown(request, tag)) return reply.code(304).send();
  return reply.header('content-type', 'text/calendar; charset=utf-8').send(text);
}

function representFeed({ limits, createdAt, ref: _, ...feed }: Feed): z.infer<typeof feedSchema> {
  const { accounts, labels } = limits;
  return {
    ...feed,
    limits: { accounts: accounts && [...accounts], labels: labels && [...labels] },
    createdAt: new Date(createdAt).toISOString(),
  };
}

/** Throws `validation_failed` with every issue. */
function parseNewFeed(body: unknown, known: readonly string[]): NewFeed {
  const issues = new Issues();
  if (!isObject(body)) issues.add('', `must be a JSON object with name, got ${inspect(body)}`);
  issues.throwIfAny();
  const given = body as JsonObject;
  for (const field of Object.keys(given))
    if (!(field in newFeedSchema.shape)) issues.add(field, 'is not a known field', '', 'unknown_field');
  const { name: title, account: from = null, label: having = null } = given;
  if (typeof title !== 'string' || title.trim() === '' || title.length > MAX_NAME)
    issues.add('name', `must be a text of 1 to ${MAX_NAME} characters, got ${inspect(title)}`);
  if (from !== null && !known.includes(from as string))
    issues.add('account', `must be one of ${known.join(', ') || 'none'}, or null, got ${inspect(from)}`);
  if (having !== null && (typeof having !== 'string' || LABEL.read(having) === undefined))
    issues.add('label', `must be ${LABEL.expected}, or null, got ${inspect(having)}`);
  issues.throwIfAny();
  return { name: title as string, account: from as string | null, label: having as string | null };
}

const CREATE: Operation = {
  id: 'createFeed',
  summary: 'Create an address for subscribing to the schedule; only this response shows it',
  tag: TAG,
  description:
    'For Google Calendar, Outlook, Apple Calendar and others. A feed that a limited key makes shows only what is within the limits of the key. It ends when its key is revoked.',
  body: { schema: 'NewFeed', required: true, example: { name: 'Room A', label: 'room=A' } },
  success: { status: 201, description: 'The feed', schema: 'CreatedFeed' },
  errors: ['validation_failed', 'malformed_json', 'outside_limits', 'limit_reached'],
};
const LIST: Operation = {
  id: 'listFeeds',
  summary: 'List the feeds, oldest first',
  tag: TAG,
  description: 'A limited key sees only the feeds within its limits.',
  success: { status: 200, description: 'The feeds, without their addresses', schema: 'Feeds' },
  errors: ['validation_failed'],
};
const DELETE: Operation = {
  id: 'deleteFeed',
  summary: 'Delete a feed; its address stops working at once',
  tag: TAG,
  success: { status: 200, description: 'The feed that was deleted', schema: 'Feed' },
  errors: ['validation_failed', 'not_found'],
};
const READ: Operation = {
  id: 'readFeed',
  summary: 'Read a feed as iCalendar; needs no key',
  tag: TAG,
  description:
    'From 30 days back to 366 days ahead, at most 5,000 broadcasts. `SEQUENCE` is the revision; canceled broadcasts stay for 30 days as `STATUS:CANCELLED`; the outcome is in `DESCRIPTION`. Without `stopAt` an event ends when the broadcast went off air, else an hour after its start. `If-None-Match` gives 304.',
  success: {
    status: 200,
    description: 'iCalendar',
    contentType: 'text/calendar',
    headers: { ETag: 'A hash of the text' },
  },
  errors: ['not_found'],
};
