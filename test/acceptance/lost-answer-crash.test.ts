import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../support/installation.ts';

let at: Installation;
beforeAll(async () => {
  at = await startInstallation({ workers: 0, webhooks: false });
});
afterAll(() => at?.close());

it('a claim that Redis made, whose answer was lost, holds up nothing', async () => {
  const cutting = await cutAtFirstClaim(at.redis.port);
  await at.addWorker({ REDIS_URL: `redis://127.0.0.1:${cutting.port}` });
  const { id, meetingId } = await at.schedule();
  const shown = await at.waitForStatus(id, 'live');
  expect(cutting.cuts()).toBe(1);
  expect((await at.requests(meetingId, 'start')).length).toBe(1);
  // The worker lived all the time: nobody may have taken its request for lost.
  expect((await at.history(id)).filter(({ reason }) => reason?.startsWith('outcome unknown'))).toEqual([]);
  expect(shown.startLatenessMs).toBeLessThan(10_000);
}, 120_000);

/** A way to Redis that breaks off once: when the first claim has been made, and before its answer is through. */
async function cutAtFirstClaim(redisPort: number) {
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(redisPort, '127.0.0.1');
    let cutting = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (chunk) => {
      if (cuts === 0 && chunk.includes('"claim":{')) {
        cuts += 1;
        cutting = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (cutting ? end() : client.write(chunk)));
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return { port: (server.address() as AddressInfo).port, cuts: () => cuts };
}
