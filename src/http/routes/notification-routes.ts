import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DeadLetter } from '../../notifications/notification-queue.ts';
import type { ApiRoutes } from '../api-context.ts';
import { limit, MAX_LISTED, parametersOf, readQuery } from '../query.ts';

const TAG = 'Notifications';

/** A notification that could not be delivered; `target` names an address of NOTIFY_URL without its secrets. */
export interface DeadNotification extends Omit<DeadLetter, 'text'> {
  event: unknown;
}

export interface TestedTarget {
  target: string;
  delivered: boolean;
  status: number | null;
  reason: string | null;
  tookMs: number;
}

export interface NotificationDeps {
  dead(limit: number): Promise<DeadNotification[]>;
  retryDead(limit: number): Promise<number>;
  test(): Promise<TestedTarget[]>;
}

const deadSchema = z.strictObject({
  dead: z.array(
    z.strictObject({
      eventId: z.string(),
      type: z.string(),
      target: z.string().meta({ description: 'Host and a short name of the URL; the URL itself may be a secret' }),
      reason: z.string(),
      attempts: z.int(),
      events: z.int().meta({ description: 'How many events the message is about; `event` is the first' }),
      failedAt: z.string().meta({ format: 'date-time' }),
      event: z.looseObject({}),
    }),
  ),
});

const testedSchema = z.strictObject({
  targets: z.array(
    z.strictObject({
      target: z.string(),
      delivered: z.boolean(),
      status: z.int().nullable(),
      reason: z.string().nullable(),
      tookMs: z.int(),
    }),
  ),
});

const retriedSchema = z.strictObject({ retried: z.int() });

const LIST_FIELDS = { limit: limit('Maximum number in one response, newest first', 50) };

/** Undelivered notifications, and a test message. */
export function notificationRoutes(deps: NotificationDeps): ApiRoutes {
  return {
    schemas: { DeadNotifications: deadSchema, TestedTargets: testedSchema, RetriedNotifications: retriedSchema },
    register(app: FastifyInstance) {
      app.get('/v1/notifications/dead', { config: { unlimitedKey: true, operation: LIST } }, async (request) => {
        const query = readQuery<{ limit: number }>(request.query, LIST_FIELDS);
        const dead = await deps.dead(query.limit);
        return { dead: dead.map((one) => ({ ...one, failedAt: new Date(one.failedAt).toISOString() })) };
      });
      app.post('/v1/notifications/dead/retry', { config: { unlimitedKey: true, operation: RETRY } }, async (_, reply) =>
        reply.code(202).send({ retried: await deps.retryDead(MAX_LISTED) }),
      );
      app.post('/v1/notifications/test', { config: { unlimitedKey: true, operation: TEST } }, async () => ({
        targets: await deps.test(),
      }));
    },
  };
}

const LIST = {
  id: 'listDeadNotifications',
  summary: 'List notifications that could not be delivered within a day',
  tag: TAG,
  parameters: parametersOf(LIST_FIELDS),
  success: { status: 200, description: 'Dead letters', schema: 'DeadNotifications' },
  errors: ['validation_failed' as const],
};

const RETRY = {
  id: 'retryDeadNotifications',
  summary: `Retry up to ${MAX_LISTED} dead letters for another day`,
  tag: TAG,
  success: { status: 202, description: 'How many will be retried', schema: 'RetriedNotifications' },
  errors: ['validation_failed' as const],
};

const TEST = {
  id: 'testNotifications',
  summary: 'Send `notification.test` to every NOTIFY_URL now, once',
  tag: TAG,
  success: { status: 200, description: 'The answer of each', schema: 'TestedTargets' },
  errors: ['validation_failed' as const],
};
