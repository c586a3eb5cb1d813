import { describe, expect, it } from 'vitest';
import { type Claimed, Settlement, type SettlementDeps } from '../../../workers/jobs/settlement.ts';

const claimed = (broadcastId: string) => ({ broadcastId, fence: 'f', request: 'start', meeting: {} }) as Claimed;
const away = () => new Error('Connection is closed.');

/** A settlement whose store rejects with each of `errors` in turn, and then has no such broadcast: nothing is left to write. */
function settlementOf(errors: Error[]) {
  const log: string[] = [];
  const line = (level: string) => (fields: { failures?: number; broadcastId?: string }, message: string) =>
    void log.push(
      [level, message, fields.failures, fields.broadcastId].filter((part) => part !== undefined).join(' | '),
    );
  const deps = {
    store: {
      load: async () => {
        const error = errors.shift();
        if (error) throw error;
        return null;
      },
    },
    clock: { now: () => 0, sleepUntil: async () => {} },
    logger: { debug: line('debug'), info: line('info'), warn: line('warn') },
  } as unknown as SettlementDeps;
  return { settlement: new Settlement(deps), log };
}

describe('an answer of Zoom that cannot be stored', () => {
  it('is retried for as long as Redis is away: one warning for all, the others counted at debug', async () => {
    const { settlement, log } = settlementOf(Array.from({ length: 60 }, away));
    await Promise.all([settlement.settle(claimed('a'), {} as never), settlement.settle(claimed('b'), {} as never)]);
    expect(log.filter((one) => !one.startsWith('debug'))).toEqual([
      'warn | could not store the answer of Zoom yet: Redis does not answer; trying again | a',
      'info | storing the answers of Zoom is working again | 60',
    ]);
    expect(log).toHaveLength(61);
  });

  it('is logged for each broadcast when Redis is not the reason', async () => {
    const { settlement, log } = settlementOf([new Error('one'), new Error('two'), new Error('three')]);
    await Promise.all([settlement.settle(claimed('a'), {} as never), settlement.settle(claimed('b'), {} as never)]);
    expect(log.filter((one) => one.startsWith('warn'))).toEqual([
      'warn | could not store the answer of Zoom yet; trying again | a',
      'warn | could not store the answer of Zoom yet; trying again | b',
    ]);
  });
});
