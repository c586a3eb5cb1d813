/** What API and worker have in common as servers: their address, and whether they are ready. */
import type { FastifyInstance } from 'fastify';
import type { HealthProbes } from '../http/routes/probe-routes.ts';
import { workersSeen } from '../queue/heartbeat.ts';
import type { AppContext } from './context.ts';

/** What `/readyz` checks. */
export function healthOf({ redis, keys, writes }: Pick<AppContext, 'redis' | 'keys' | 'writes'>): HealthProbes {
  return {
    // PING is refused, too, where Redis cannot save to disk: any answer to the attempt to write is one.
    redis: async () => (await writes.refusal())?.readsWork ?? true,
    refusal: () => writes.refusal(),
    workersSeen: () => workersSeen(redis, keys),
  };
}

/** @returns `http://host:port` @throws Error that names `setting` when the port is in use */
export async function listen(
  app: FastifyInstance,
  { host, port, setting }: { host: string; port: number; setting: string },
  say: (url: string) => void,
): Promise<string> {
  const { level } = app.log;
  try {
    // Fastify has a line of its own, one for each address.
    app.log.level = 'warn';
    await app.listen({ host, port });
    app.log.level = level;
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${port} of ${host} is in use; choose another with ${setting}`, { cause: error });
  }
  const address = app.server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  say(url);
  return url;
}
