import type { Broadcast } from '../../broadcasts/broadcast.ts';
import type { ApiRoutes } from '../api-context.ts';
import { refuseBody } from '../body.ts';
import { refuseQuery } from '../list-query.ts';
import { representationTag } from '../preconditions.ts';
import { representBroadcast } from '../representation.ts';

/** `POST /v1/broadcasts/:id/preflight`: 200 with the problems in `warnings`, 202 when the check is still in progress. */
export function preflightRoutes(check: (id: string) => Promise<{ broadcast: Broadcast; checked: boolean }>): ApiRoutes {
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
              success: {
                status: 200,
                description: 'The broadcast',
                schema: 'Broadcast',
                headers: { ETag: 'The revision and a hash of the representation' },
              },
              otherSuccess: { status: 202, description: 'The broadcast; the check is still in progress' },
              errors: ['not_found', 'finished'],
            },
          },
        },
        async (request, reply) => {
          refuseQuery(request.query);
          refuseBody(request);
          const { broadcast, checked } = await check(request.params.id);
          const text = JSON.stringify(representBroadcast(broadcast));
          return reply
            .code(checked ? 200 : 202)
            .header('etag', representationTag(broadcast, text))
            .header('content-type', 'application/json; charset=utf-8')
            .send(text);
        },
      );
    },
  };
}
