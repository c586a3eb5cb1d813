import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { Limits } from '../../broadcasts/limits.ts';
import type { Pause } from '../../broadcasts/pause.ts';
import type { ApiRoutes } from '../api-context.ts';
import { refuseBody } from '../body.ts';
import { refuseQuery } from '../query.ts';
import { ONE_BROADCAST, sendBroadcast } from '../reply.ts';

/** `POST /v1/broadcasts/:id/preflight`: 200 with the problems in `warnings`, 202 when the check is still in progress. */
export function preflightRoutes(
  check: (id: string, limits: Limits) => Promise<{ broadcast: Broadcast; checked: boolean }>,
  pauses: () => Promise<readonly Pause[]>,
): ApiRoutes {
  return {
    register(app) {
      app.post<{ Params: { id: string } }>(
        '/v1/broadcasts/:id/preflight',
        {
          config: {
            operation: {
              id: 'preflightBroadcast',
              summary: 'Check now whether Zoom would let the broadcast start; problems appear in its warnings',
              tag: 'Broadcasts',
              description:
                'Responds with 202 when the check takes longer than 20 s: no worker is running, or Zoom is slow.',
              success: { ...ONE_BROADCAST, status: 200 },
              otherSuccess: { status: 202, description: 'The broadcast; the check is still in progress' },
              errors: ['not_found', 'finished'],
            },
          },
        },
        async (request, reply) => {
          refuseQuery(request.query);
          refuseBody(request);
          const { broadcast, checked } = await check(request.params.id, request.caller.limits);
          return sendBroadcast(reply, checked ? 200 : 202, broadcast, await pauses());
        },
      );
    },
  };
}
