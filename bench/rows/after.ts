import { type Installation, newMeetingId, startInstallation } from '../../test/support/installation.ts';
import { until } from '../../test/support/wait-for.ts';
import { startLimited } from '../../test/support/zoom-responses.ts';
import { OURS } from '../support/contenders.ts';
import { latenessOf } from '../support/statistics.ts';
import { alternate, type Row } from './row.ts';

const START_RETRY_MS = 3_000;

export const after: Row = {
  name: 'after',
  title: 'A start that waited: until the host has come, and until the time after a 429 is over',
  run: async (context) => {
    const found = await alternate(context, [OURS], async () => {
      const on = await startInstallation({ workers: 2, env: { START_RETRY_MS: String(START_RETRY_MS) } });
      const measure = async (what: string, one: (on: Installation) => Promise<number>) => {
        const late: number[] = [];
        for (let n = 0; n < context.sizes.after; n += 1) late.push(await one(on));
        const { p50, last } = latenessOf(late);
        return { what, figures: { 'p50, ms': p50, 'last, ms': last } };
      };
      try {
        return [
          await measure('after meeting.started', afterHostCame),
          await measure(`after a 429 and ${START_RETRY_MS} ms`, afterLimit),
        ];
      } finally {
        await on.close();
      }
    });
    return { ...found, aims: [], ratios: [], against: OURS.name };
  },
};

/** From the event to the arrival of the start, ms. */
async function afterHostCame(on: Installation): Promise<number> {
  const meetingId = newMeetingId();
  await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
  const made = await on.schedule({ meetingId });
  await on.waitForStatus(made.id, 'waiting');
  const cameAt = Date.now();
  await on.sandbox.control('POST', `meetings/${meetingId}/start`);
  return (await nthStart(on, meetingId, 1)).at - cameAt;
}

/** Beyond the wait that the rule wants, ms. */
async function afterLimit(on: Installation): Promise<number> {
  const meetingId = newMeetingId();
  await on.sandbox.script({ meetingId, action: 'start' }, startLimited(meetingId));
  await on.schedule({ meetingId });
  const { answeredAt } = await nthStart(on, meetingId, 0);
  return (await nthStart(on, meetingId, 1)).at - (answeredAt ?? Number.NaN) - START_RETRY_MS;
}

function nthStart(on: Installation, meetingId: string, n: number) {
  return until(`start ${n + 1}`, async () => {
    const start = (await on.requests(meetingId, 'start'))[n];
    return start?.answeredAt ? start : null;
  });
}
