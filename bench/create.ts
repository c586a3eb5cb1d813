// Creates a second through the API, beside a bare Fastify route that does one queue.add, in one run on one Redis.
//   node --import ./test/support/run-typescript.mjs bench/create.ts [seconds]
import { Queue } from 'bullmq';
import Fastify from 'fastify';
import { Pool } from 'undici';
import { serveApi } from '../test/support/api-document.ts';
import { startRedis } from '../test/support/redis-server.ts';

const SECONDS = Number(process.argv[2] ?? 5);
const AT_ONCE = 32;

/** Requests a second that `send` gets through, with `AT_ONCE` on their way. */
async function rate(url: string, path: string, bodyOf: (n: number) => object, expected: number): Promise<number> {
  const pool = new Pool(url, { connections: AT_ONCE });
  const begun = performance.now();
  let sent = 0;
  const sender = async () => {
    while (performance.now() - begun < SECONDS * 1_000) {
      sent += 1;
      const body = JSON.stringify(bodyOf(sent));
      const answer = await pool.request({
        method: 'POST',
        path,
        body,
        headers: { 'content-type': 'application/json' },
      });
      const text = await answer.body.text();
      if (answer.statusCode !== expected) throw new Error(`answered ${answer.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  const perSecond = sent / ((performance.now() - begun) / 1_000);
  await pool.close();
  return Math.round(perSecond);
}

async function bareRoute(): Promise<number> {
  const redis = await startRedis();
  const queue = new Queue('bare', { connection: { host: '127.0.0.1', port: redis.port } });
  const app = Fastify();
  app.post('/', async (request, reply) => {
    const job = await queue.add('start', request.body, { delay: 3_600_000 });
    return reply.code(201).send({ id: job.id });
  });
  const url = await app.listen({ port: 0 });
  const result = await rate(url, '/', (n) => ({ meetingId: n }), 201);
  await app.close();
  await queue.close();
  await redis.stop();
  return result;
}

const startAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
const bare = await bareRoute();
const api = await serveApi();
const creates = await rate(api.url, '/v1/broadcasts', (n) => ({ meetingId: n, startAt }), 201);
await api.stop();
console.log(`bare route with one queue.add  ${bare}/s`);
console.log(`POST /v1/broadcasts            ${creates}/s (appendfsync always)`);
