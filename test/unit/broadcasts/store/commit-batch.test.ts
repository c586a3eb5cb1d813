import { describe, expect, it } from 'vitest';
import { CommitBatch } from '../../../../src/broadcasts/store/commit-batch.ts';

/** Answers each payload with itself, or with what `special` says for it. */
function batch(special: Record<string, string[] | Error> = {}) {
  const calls: string[][] = [];
  const lsCommit = async (_base: string, ...payloads: string[]) => {
    calls.push(payloads);
    if (payloads.includes('lost')) throw new Error('Connection is closed.');
    return payloads.map((payload) => special[payload] ?? ['ok', payload]);
  };
  return { calls, commits: new CommitBatch({ lsCommit }, 'base') };
}

describe('commits that come in one turn', () => {
  it('share a call, in their order, and each gets its own answer', async () => {
    const { calls, commits } = batch({ b: ['conflict', 'b'], c: new Error('WRONGTYPE') });
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd'].map((payload) => commits.send(payload)));
    expect(calls).toEqual([['a', 'b', 'c', 'd']]);
    expect(answers).toMatchObject([
      { value: ['ok', 'a'] },
      { value: ['conflict', 'b'] },
      { reason: { message: 'WRONGTYPE' } },
      { value: ['ok', 'd'] },
    ]);
  });

  it('are all lost when the call is', async () => {
    const { commits } = batch();
    const answers = await Promise.allSettled(['a', 'lost'].map((payload) => commits.send(payload)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('do not wait for more once 16 are there', async () => {
    const { calls, commits } = batch();
    const payloads = Array.from({ length: 35 }, (_, i) => String(i));
    const sent = payloads.map((payload) => commits.send(payload));
    expect(calls.map(({ length }) => length)).toEqual([16, 16]);
    expect(await Promise.all(sent)).toEqual(payloads.map((payload) => ['ok', payload]));
    expect(calls.flat()).toEqual(payloads);
  });

  it('go alone when they are large, in their order', async () => {
    const { calls, commits } = batch();
    const large = 'x'.repeat(100_000);
    await Promise.all(['a', large, 'b', 'c'].map((payload) => commits.send(payload)));
    expect(calls).toEqual([['a'], [large], ['b', 'c']]);
  });
});

it('a commit of the next turn does not wait for the answer to those before it', async () => {
  const calls: string[][] = [];
  const lsCommit = (_base: string, ...payloads: string[]) => {
    calls.push(payloads);
    return payloads.includes('slow') ? new Promise<never>(() => {}) : Promise.resolve(payloads.map(() => ['ok']));
  };
  const commits = new CommitBatch({ lsCommit }, 'base');
  void commits.send('slow');
  await new Promise(setImmediate);
  expect(await commits.send('b')).toEqual(['ok']);
  expect(calls).toEqual([['slow'], ['b']]);
});
