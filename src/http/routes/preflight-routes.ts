import { z } from 'zod';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { Limits } from '../../broadcasts/limits.ts';
import type { Pause } from '../../broadcasts/pause.ts';
import type { Finding } from '../../broadcasts/rules/on-preflight.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';
import { bodyOf } from '../body.ts';
import { ONE_BROADCAST, sendBroadcast, sendJson } from '../reply.ts';

export interface PreflightChecks {
  /** Asks the workers to check a stored broadcast. */
  stored(id: string, limits: Limits): Promise<{ broadcast: Broadcast; checked: boolean }>;
  /** Checks what `POST /v1/broadcasts` would store, without storing it. */
  plan(input: unknown, limits: Limits): Promise<{ checked: boolean; findings: readonly Finding[] }>;
  pauses(): Promise<readonly Pause[]>;
}

const planCheckSchema = z.strictObject({
  checked: z.boolean().describe('Zoom answered every question; otherwise more may be wrong than `findings` say'),
  findings: z.array(
    z.strictObject({
      ...{ code: z.string(), message: z.string(), advice: z.string() },
      prevents: z.boolean().describe('The broadcast cannot go on air with this setup'),
    }),
  ),
});

/**
 * `POST /v1/broadcasts/:id/preflight`: 200 with the problems in `warnings`, 202 while the check is still in progress. `POST /v1/preflight`:
 * the same for a plan that is not stored.
 */
export function preflightRoutes(checks: PreflightChecks): ApiRoutes {
  return {
    schemas: { PlanCheck: planCheckSchema },
    register(app) {
      app.post<{ Params: { id: string } }>(
        '/v1/broadcasts/:id/preflight',
        { config: { operation: STORED } },
        async (request, reply) => {
          const { broadcast, checked } = await checks.stored(request.params.id, request.caller.limits);
          return sendBroadcast(reply, checked ? 200 : 202, broadcast, await checks.pauses());
        },
      );
      app.post('/v1/preflight', { config: { operation: PLAN } }, async (request, reply) => {
        return sendJson(reply, 200, await checks.plan(bodyOf(request), request.caller.limits));
      });
    },
  };
}

const TAG = 'Broadcasts';

const STORED: Operation = {
  id: 'preflightBroadcast',
  summary: 'Check now whether Zoom would let the broadcast start; problems appear in its warnings',
  tag: TAG,
  description: 'Responds with 202 when the check takes longer than 20 s: no worker is running, or Zoom is slow.',
  success: { ...ONE_BROADCAST, status: 200 },
  otherSuccess: { status: 202, description: 'The broadcast; the check is still in progress' },
  errors: ['not_found', 'finished'],
};
const PLAN: Operation = {
  id: 'preflightPlan',
  summary: 'Check whether Zoom would let a broadcast start that is not scheduled yet',
  tag: TAG,
  description:
    'Takes what `POST /v1/broadcasts` takes and stores nothing. It asks Zoom up to four questions, which count towards the rate ' +
    'limit of the account as reads, so no start or stop waits for them. `checked` is false when Zoom has not answered them within 10 s, and ' +
    'once six tenths of a daily limit are used up: the rest is left to what is scheduled.',
  body: {
    schema: 'NewBroadcast',
    required: true,
    example: { meetingId: '684 2308 5', startAt: '2035-12-02T09:00:00', timezone: 'America/New_York' },
  },
  success: { status: 200, description: 'What was found', schema: 'PlanCheck' },
  errors: ['validation_failed', 'malformed_json', 'account_required'],
};
