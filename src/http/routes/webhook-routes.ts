import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LivestreamError } from '../../errors.ts';
import type { AccountlessZoomEvent } from '../../zoom/events/parse.ts';
import { milliseconds, parseWebhookEvent } from '../../zoom/events/parse.ts';
import { findSigningSecret, urlValidationAnswer } from '../../zoom/events/signature.ts';
import type { ApiRoutes } from '../api-context.ts';

/** Zoom's events are small; anything larger did not come from Zoom. */
const WEBHOOK_BODY_BYTES = 512 * 1024;

/**
 * Zoom waits 3 s for an answer, ms, while a hung Redis keeps a command waiting for 5 s. An event stored after our 503 does no harm: the
 * service recognizes Zoom's second delivery.
 */
const ANSWER_WITHIN_MS = 2_500;

export interface WebhookDeps {
  /** Every known secret token. Empty: webhooks are off and the route does not exist. */
  secrets: () => string[];
  /** The accounts of an event with this `payload.account_id`, signed with `secret`; none: the event is rejected. */
  accountsOf: (accountId: string | null, secret: string) => string[];
  /** Stores the event durably; rejects if it cannot. `signedAt`: `x-zm-request-timestamp`, ms; null: not a time. */
  store: (event: AccountlessZoomEvent, accounts: string[], signedAt: number | null) => Promise<void>;
  /** Called when a delivery is rejected for its signature. */
  onRefused?: (why: string) => void;
}

/** `POST /v1/zoom/webhooks`: verifies the raw bytes, stores the event and responds; the workers process it. */
export function webhookRoutes(deps: WebhookDeps): ApiRoutes {
  return {
    register(app: FastifyInstance) {
      app.post(
        '/v1/zoom/webhooks',
        {
          bodyLimit: WEBHOOK_BODY_BYTES,
          config: {
            access: 'open',
            quiet: true,
            anyInput: true,
            // Zoom does not resend a rejected event.
            unlimited: true,
            operation: {
              id: 'receiveZoomEvent',
              summary: 'Receive a Zoom event',
              tag: 'Zoom',
              description: 'Zoom signs the raw body (`x-zm-signature`). Responds to `endpoint.url_validation`.',
              success: { status: 204, description: 'Stored.' },
              errors: ['signature_invalid', 'not_found', 'redis_unavailable'],
            },
          },
        },
        (request, reply) => receive(deps, request, reply),
      );
    },
  };
}

async function receive(deps: WebhookDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const secrets = deps.secrets();
  if (secrets.length === 0)
    throw new LivestreamError('not_found', 'Webhooks are off. Set ZOOM_WEBHOOK_SECRET_TOKEN to turn them on.');
  const rawBody = request.rawBody ?? Buffer.alloc(0);
  const timestamp = header(request, 'x-zm-request-timestamp');
  const secret = findSigningSecret({ timestamp, signature: header(request, 'x-zm-signature'), rawBody }, secrets);
  if (secret === null) throw refused(deps, 'x-zm-signature does not match the body for any known secret token.');
  const event = parseWebhookEvent(rawBody);
  if (event.type === 'url_validation') return reply.send(urlValidationAnswer(secret, event.plainToken));
  const accountId = event.type === 'zoom_event' ? event.zoomEvent.accountId : event.accountId;
  const accounts = deps.accountsOf(accountId, secret);
  if (accounts.length === 0) throw refused(deps, OTHER_ACCOUNT);
  if (event.type === 'zoom_event') await inTime(deps.store(event.zoomEvent, accounts, signedAtOf(timestamp)));
  return reply.code(204).send();
}

const OTHER_ACCOUNT =
  'payload.account_id is not the account whose secret token signed this. Check accountId and webhookSecretToken.';

function refused({ onRefused }: WebhookDeps, why: string): LivestreamError {
  onRefused?.(why);
  return new LivestreamError('signature_invalid', why);
}

/** @throws LivestreamError `redis_unavailable` if it takes too long */
async function inTime(stored: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const detail = `Redis has not stored the event within ${ANSWER_WITHIN_MS} ms; send it again`;
    timer = setTimeout(() => reject(new LivestreamError('redis_unavailable', detail)), ANSWER_WITHIN_MS);
  });
  await Promise.race([stored, late]).finally(() => clearTimeout(timer));
}

/** The header has whole seconds, so the event was signed before the next one began. */
function signedAtOf(timestamp: string | undefined): number | null {
  const ms = milliseconds(timestamp);
  return ms === null ? null : ms + (ms % 1_000 === 0 ? 999 : 0);
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
