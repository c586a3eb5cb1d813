import { z } from 'zod';
import { LivestreamError } from '../../errors.ts';
import type { RedisRefusal } from '../../redis/refusal.ts';
import type { ApiRoutes, Operation } from '../api-context.ts';

/** A slower probe has failed. */
const PROBE_LIMIT_MS = 2_000;
/** Requested every few seconds, and useless when rate-limited. */
const PROBE = { quiet: true, unlimited: true };

export interface HealthProbes {
  /** Redis answers. */
  redis(): Promise<boolean>;
  /** Why Redis refuses writes; null: it accepts them. Omitted: not checked. */
  refusal?(): Promise<RedisRefusal | null>;
  /** Workers with a current heartbeat. */
  workersSeen(): Promise<number>;
}

const SILENT: RedisRefusal = {
  reply: 'GONE',
  readsWork: true,
  message: 'Redis did not answer a write in time',
  advice: 'Check its load: redis-cli --latency, redis-cli slowlog get.',
};

const aliveSchema = z.strictObject({ status: z.literal('alive') });
const readySchema = z.strictObject({
  status: z.literal('ready'),
  redis: z.literal(true),
  workers: z.int().min(1),
});

export type MetricsSource = () => Promise<{ contentType: string; body: string }>;

/** `/livez`, `/readyz` and, if there is a source of metrics, `/metrics`. */
export function probeRoutes(health: HealthProbes, metrics?: MetricsSource): ApiRoutes {
  return {
    schemas: { Alive: aliveSchema, Ready: readySchema },
    register(app) {
      app.get('/livez', { config: { ...PROBE, access: 'open', operation: LIVEZ } }, async () => ({ status: 'alive' }));
      app.get('/readyz', { config: { ...PROBE, access: 'open', operation: READYZ } }, async () => {
        const { redis, refusal, workers } = await readHealth(health);
        const missing = [
          ...(redis ? [] : ['redis']),
          ...(refusal ? ['redis_writes'] : []),
          ...(workers > 0 ? [] : ['workers']),
        ];
        if (missing.length === 0) return { status: 'ready', redis, workers };
        throw new LivestreamError('not_ready', whatIsMissing(missing, refusal), {
          extra: { redis, workers, missing, ...(refusal ? { writes: false, refusal: refusal.reply } : {}) },
        });
      });
      if (!metrics) return;
      app.get('/metrics', { config: { ...PROBE, unlimitedKey: true, operation: METRICS } }, async (_request, reply) => {
        const { contentType, body } = await metrics();
        return reply.header('content-type', contentType).send(body);
      });
    },
  };
}

async function readHealth(health: HealthProbes) {
  const redis = await within(() => health.redis(), false);
  if (!redis) return { redis, refusal: null, workers: 0 };
  const [refusal, workers] = await Promise.all([
    within(async () => (await health.refusal?.()) ?? null, SILENT),
    within(() => health.workersSeen(), 0),
  ]);
  return { redis, refusal, workers };
}

function whatIsMissing(missing: string[], refusal: RedisRefusal | null): string {
  // A heartbeat is a write: while Redis refuses writes, workers are not visible.
  if (refusal) return `${refusal.message}. ${refusal.advice}`;
  return `Missing: ${missing.join(' and ')}.`;
}

async function within<Value>(probe: () => Promise<Value>, otherwise: Value): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Value>((resolve) => {
    timer = setTimeout(resolve, PROBE_LIMIT_MS, otherwise);
  });
  try {
    return await Promise.race([probe(), late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

const TAG = 'Operation';
const LIVEZ: Operation = {
  ...{ id: 'livez', tag: TAG, summary: 'This process is alive' },
  success: { status: 200, description: 'Alive', schema: 'Alive' },
};
const READYZ: Operation = {
  ...{
    id: 'readyz',
    tag: TAG,
    summary: 'Redis accepts writes and a worker is running; otherwise 503 with what is missing',
  },
  success: { status: 200, description: 'Ready', schema: 'Ready' },
  errors: ['not_ready'],
};
const METRICS: Operation = {
  ...{ id: 'metrics', tag: TAG, summary: 'Metrics for Prometheus' },
  success: { status: 200, description: 'Text', contentType: 'text/plain' },
};
