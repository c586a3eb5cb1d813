import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { BROADCAST_STATUSES } from '../../broadcasts/broadcast.ts';
import type { Limits } from '../../broadcasts/limits.ts';
import { ALERT_CODES } from '../../broadcasts/rules/alert-records.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { parametersOf, readQuery, timezone } from '../query.ts';

const TAG = 'Operation';

const time = z.string().meta({ format: 'date-time' });
const count = z.int().min(0);
const plan = z.enum(['free', 'pro', 'business']);
const counts = z.strictObject(Object.fromEntries(BROADCAST_STATUSES.map((status) => [status, count])));
const byCode = z.strictObject(Object.fromEntries(ALERT_CODES.map((code) => [code, count.optional()])));
const momentFields = { broadcastId: z.string(), meetingId: z.string(), title: z.string().nullable(), at: time };
const moment = z.strictObject(momentFields);

const summarySchema = z.strictObject({
  at: time,
  timezone: z.string().meta({ description: 'The time zone that defines `today`' }),
  broadcasts: z.strictObject({
    now: counts.meta({ description: 'All stored broadcasts, by status' }),
    today: counts.meta({ description: 'Broadcasts that start today, by status' }),
  }),
  alerts: z.strictObject({
    open: count,
    acknowledged: count,
    byCode: byCode.meta({ description: 'Open alerts by code; codes without open alerts are left out' }),
    version: z.string().meta({ description: 'Changes whenever an alert does: read `/v1/alerts` again then' }),
  }),
  workers: z.strictObject({ seen: count }),
  versions: z
    .array(z.strictObject({ version: z.string(), processes: count }))
    .meta({ description: 'Versions of livestream-scheduler that run here, with their processes' }),
  redis: z
    .strictObject({
      writes: z.boolean(),
      detail: z.string().nullable().meta({ description: 'Why it refuses writes, and what to do' }),
    })
    .meta({ description: 'While Redis refuses writes nothing goes on or off air, and no worker can be seen' }),
  nextStart: moment.nullable(),
  nextStop: moment.nullable(),
  oldestOverdue: z
    .strictObject({ action: z.enum(['start', 'stop']), ...momentFields, overdueMs: count })
    .nullable()
    .meta({ description: 'The action that is overdue the longest' }),
  accounts: z.array(
    z.strictObject({
      name: z.string(),
      plan,
      usedLastSecond: count,
      leftThisSecond: count,
      usedToday: count.meta({ description: 'Requests sent on this UTC day' }),
      leftToday: count.nullable().meta({ description: 'Null: this plan has no daily limit' }),
      pausedUntil: time.nullable().meta({ description: 'Zoom asked for no requests before this time' }),
    }),
  ),
  zoomEvents: z.strictObject({
    lastAt: time.nullable().meta({ description: 'When the last Zoom event arrived; null: never' }),
    ageMs: count.nullable(),
  }),
});

const accountsSchema = z.strictObject({
  accounts: z.array(
    z.strictObject({
      name: z.string(),
      plan,
      limits: z.strictObject({
        requestsPerSecond: count.meta({ description: 'The share of this service' }),
        requestsPerDay: count
          .nullable()
          .meta({ description: 'The share of this service; null: this plan has no daily limit' }),
        rateShare: z.number(),
      }),
      credentials: z.strictObject({
        good: z.boolean().nullable().meta({ description: 'Null: no worker has used the credentials yet' }),
        since: time.nullable(),
        checkedAt: time.nullable(),
        detail: z.string().nullable().meta({ description: 'What is wrong' }),
      }),
    }),
  ),
});

export interface SummaryDeps {
  /** `timezone` defines "today". */
  summary(timezone: string, limits: Limits): Promise<z.infer<typeof summarySchema>>;
  accounts(limits: Limits): Promise<z.infer<typeof accountsSchema>>;
}

/** `/v1/summary` and `/v1/accounts`: the overview (contract section 6). */
export function summaryRoutes(deps: SummaryDeps): ApiRoutes {
  return {
    schemas: { Summary: summarySchema, Accounts: accountsSchema },
    register(app: FastifyInstance) {
      app.get('/v1/summary', { config: { operation: SUMMARY, quiet: true } }, (request) =>
        deps.summary(readQuery<{ timezone: string }>(request.query, SUMMARY_FIELDS).timezone, request.caller.limits),
      );
      app.get('/v1/accounts', { config: { operation: ACCOUNTS } }, (request) => {
        return deps.accounts(request.caller.limits);
      });
    },
  };
}

const SUMMARY_FIELDS = { timezone: timezone('IANA time zone that defines `today`') };

const SUMMARY: Operation = {
  id: 'getSummary',
  summary: 'Show an overview: what is live, what is next, what needs attention',
  tag: TAG,
  parameters: parametersOf(SUMMARY_FIELDS),
  success: { status: 200, description: 'The overview', schema: 'Summary' },
  errors: ['validation_failed'],
};

const ACCOUNTS: Operation = {
  id: 'listAccounts',
  summary: 'List the Zoom accounts, their limits, and whether Zoom accepts their credentials',
  tag: TAG,
  success: { status: 200, description: 'All accounts', schema: 'Accounts' },
  errors: ['validation_failed'],
};
