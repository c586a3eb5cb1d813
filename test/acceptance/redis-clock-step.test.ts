import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../support/installation.ts';
import { type SteppingRedis, startSteppingRedis } from '../support/stepping-redis.ts';
import { until } from '../support/wait-for.ts';

let redis: SteppingRedis;
let at: Installation;
beforeAll(async () => {
  redis = await startSteppingRedis();
  at = await startInstallation({ workers: 2, redis });
});
afterAll(() => at?.close());

it("Redis' clock jumps an hour ahead for ten seconds: nothing leaves early, and the alert resolves itself", async () => {
  const now = Date.now();
  const inTheHold = new Date(now + 8_000).toISOString();
  const inHalfAnHour = new Date(now + 1_800_000).toISOString();
  const later = await Promise.all(Array.from({ length: 20 }, () => at.schedule({ startAt: inHalfAnHour })));
  const soon = await at.schedule({ startAt: inTheHold });
  const onAir = await at.schedule({ startAt: 'now', stopAt: inHalfAnHour });
  await at.waitForStatus(onAir.id, 'live');

  redis.step(3_600_000);
  await until('alert.clock is open', async () => (await clockAlerts('open')).length > 0);
  await new Promise((done) => setTimeout(done, 10_000));
  redis.step(0);

  const started = await at.waitForStatus(soon.id, 'live');
  expect(Date.parse(started.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(inTheHold));
  await until('alert.clock is resolved', async () => (await clockAlerts('open')).length === 0);
  const shown = await Promise.all([...later, onAir].map(({ id }) => at.broadcast(id)));
  expect(shown.map(({ status }) => status)).toEqual([...later.map(() => 'scheduled'), 'live']);
  expect(await at.requests(later[0]?.meetingId ?? '', 'start')).toEqual([]);
  expect(await at.requests(onAir.meetingId, 'stop')).toEqual([]);
});

async function clockAlerts(state: string) {
  const { body } = await at.api('GET', `/v1/alerts?state=${state}`);
  return (body.alerts as { code: string }[]).filter(({ code }) => code === 'clock');
}
