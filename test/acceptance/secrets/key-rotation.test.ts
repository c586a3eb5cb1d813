import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../../support/installation.ts';

/** A change of SECRETS_KEY while broadcasts with a stream key are scheduled. */

const [former, present] = [1, 2].map(() => randomBytes(32).toString('base64')) as [string, string];
let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation({ workers: 0, env: { SECRETS_KEY: former } });
});
afterAll(() => installation?.close());

it('a stream key sealed with the former key reaches Zoom', async () => {
  const destination = { streamUrl: 'rtmps://in.example', streamKey: 'the-key', pageUrl: 'https://example.com' };
  const { id, meetingId } = await installation.schedule({ destination });
  await installation.addWorker({
    SECRETS_KEY: present,
    SECRETS_KEY_FORMER: `${randomBytes(32).toString('base64')},${former}`,
  });
  await installation.waitForStatus(id, 'live');
  const [written] = (await installation.requests(meetingId)).filter(
    ({ method, path }) => method === 'PATCH' && path.endsWith('/livestream'),
  );
  expect(written?.accepted).toBe(true);
  expect((await installation.sandbox.meeting(meetingId)).configured).toBe(true);
});
