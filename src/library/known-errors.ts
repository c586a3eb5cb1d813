import { LivestreamError } from '../errors.ts';
import { redisError } from '../redis/refusal.ts';

// biome-ignore lint/suspicious/noExplicitAny: methods of any arguments pass through
type Methods = Record<string, (...args: any[]) => Promise<unknown>>;

/** The same methods, which reject with nothing but a `LivestreamError`. */
export function withKnownErrors<Api extends Methods>(api: Api): Api {
  const guarded = Object.entries(api).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw knownError(error);
      }
    },
  ]);
  return Object.fromEntries(guarded) as Api;
}

function knownError(cause: unknown): LivestreamError {
  if (cause instanceof LivestreamError) return cause;
  const ofRedis = redisError(cause);
  if (ofRedis) return ofRedis;
  return new LivestreamError('internal', cause instanceof Error ? cause.message : String(cause), { cause });
}
