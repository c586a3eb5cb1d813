// A service of one's own: its bookings become broadcasts, and its process carries a worker, too.
//   REDIS_URL=redis://127.0.0.1:6379 ZOOM_ACCESS_TOKEN=… node fastify-service.js
import Fastify from 'fastify';
import { createScheduler, createWorker, LivestreamError } from 'livestream-scheduler';

const app = Fastify();
const common = {
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  prefix: process.env['REDIS_PREFIX'] ?? 'livestream',
  logger: app.log,
};
const scheduler = await createScheduler({ ...common, by: 'bookings' });
const worker = await createWorker({
  ...common,
  zoom: { accessToken: process.env['ZOOM_ACCESS_TOKEN'] ?? '', apiUrl: process.env['ZOOM_API_URL'] },
});
scheduler.on('alert.*', ({ type, data }) => app.log.error({ type, broadcast: data['id'] }, String(data['message'])));

interface Booking {
  number: string;
  room: string;
  from: string;
  to: string;
}

app.put<{ Params: { booking: string }; Body: Booking }>('/bookings/:booking', async ({ params, body }, reply) => {
  const externalId = params.booking;
  const { broadcasts } = await scheduler.list({ externalId, status: ['scheduled', 'starting', 'waiting', 'live'] });
  const [known] = broadcasts;
  if (known) return scheduler.reschedule(known.id, { startAt: body.from, stopAt: body.to });
  reply.code(201);
  const labels = { room: body.room };
  return scheduler.schedule({ meetingId: body.number, startAt: body.from, stopAt: body.to, externalId, labels });
});

app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof LivestreamError)) return reply.send(error);
  return reply.code(error.status).send({ code: error.code, message: error.message, errors: error.errors });
});

app.addHook('onClose', async () => {
  await worker.close();
  await scheduler.close();
});
process.once('SIGTERM', () => void app.close());

console.log(await app.listen({ port: Number(process.env['PORT'] ?? 8080) }));
