import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LivestreamError } from '../../../src/errors.ts';
import { accountsOf, type Rig, startRig } from '../../support/rig.ts';

const by = 'api:test';
const startAt = new Date(Date.now() + 3_600_000).toISOString();

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('was taken'),
    (error: LivestreamError) => error,
  );

describe('with two accounts and no default', () => {
  let running: Rig;
  beforeAll(async () => {
    running = await startRig({ accounts: accountsOf(['east', 'west']) });
  });
  afterAll(() => running.stop());

  it('a broadcast must say which', async () => {
    const error = await errorOf(running.scheduler.schedule({ meetingId: '1', startAt }, { by }));
    expect([error.status, error.code]).toEqual([400, 'account_required']);
    const message = expect.stringContaining('east, west');
    expect(error.errors).toEqual([{ path: 'account', message, code: 'account_required' }]);
  });

  it('the missing account is reported with the other errors', async () => {
    const error = await errorOf(running.scheduler.schedule({ meetingId: 'x', startAt }, { by }));
    expect(error.code).toBe('validation_failed');
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['account', 'meetingId']);
  });

  it('every one of a batch by its path, and nothing is stored', async () => {
    const broadcasts = [
      { meetingId: '1', startAt, account: 'east' },
      { meetingId: '2', startAt, account: 'north' },
      { meetingId: 'x', startAt },
    ];
    const error = await errorOf(running.scheduler.scheduleBatch({ broadcasts }, { by }));
    expect([error.status, error.code]).toEqual([400, 'validation_failed']);
    const paths = error.errors.map(({ path }) => path).sort();
    expect(paths).toEqual(['broadcasts[1].account', 'broadcasts[2].account', 'broadcasts[2].meetingId']);
    expect((await running.scheduler.list({ limit: 10 })).broadcasts).toEqual([]);
  });

  it('a change to an unknown account is reported with its other errors', async () => {
    const { broadcast } = await running.scheduler.schedule({ meetingId: '1', startAt, account: 'west' }, { by });
    const error = await errorOf(running.scheduler.change(broadcast.id, { account: 'north', kind: 7 }, { by }));
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['account', 'kind']);
  });
});

it('the only account there is needs no name', async () => {
  const running = await startRig({ accounts: accountsOf(['east']) });
  try {
    const { broadcast } = await running.scheduler.schedule({ meetingId: '1', startAt }, { by });
    expect(broadcast.account).toBe('east');
  } finally {
    await running.stop();
  }
});
