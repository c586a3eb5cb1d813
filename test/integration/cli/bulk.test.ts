import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { clockAt, type RunOptions, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const run = (argv: string[], more: RunOptions = {}) =>
  runCli(argv, { env: { LIVESTREAM_API_URL: service.api().url }, clock: clockAt(Date.now()), ...more });
const plan = (title: string, startAt: string, stopAt: string, labels: Record<string, string>) =>
  service.schedule({ title, startAt, stopAt, labels });
const shown = async ({ id }: { id: string }) => {
  const { status, startAt, stopAt } = await service.core.store.get(id);
  const clock = (ms: number | null) => (ms === null ? 'open' : new Date(ms).toISOString().slice(11, 16));
  return `${status} ${clock(startAt)}-${clock(stopAt)}`;
};

it('does what docs/bulk.md shows: the snow day, and the fire alarm', async () => {
  const north = await plan('Lecture', '2035-12-10T14:00:00Z', '2035-12-10T15:00:00Z', { campus: 'north' });
  const south = await plan('Talk', '2035-12-10T14:00:00Z', '2035-12-10T15:00:00Z', { campus: 'south' });
  const nextDay = await plan('Lecture', '2035-12-11T14:00:00Z', '2035-12-11T15:00:00Z', { campus: 'north' });
  const inside = await plan('Concert', '2035-12-12T14:00:00Z', '2035-12-12T15:00:00Z', { building: 'A' });
  const text = await readFile('docs/bulk.md', 'utf8');
  const lines = [...text.matchAll(/^livestream (.+)$/gm)].map(([, words = '']) => words.split(' '));
  expect(lines).toHaveLength(5);
  const seen: string[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await run(line);
    expect([line, code, stderr]).toEqual([line, 0, '']);
    seen.push(stdout);
    if (line.includes('--dry-run')) {
      expect(await Promise.all([north, inside].map(shown))).toEqual([
        line[0] === 'cancel' ? 'scheduled 14:00-15:00' : 'canceled 14:00-15:00',
        'scheduled 14:00-15:00',
      ]);
    }
  }
  expect(seen[0]).toMatch(new RegExp(`^ID .+\n${north.id} +scheduled → canceled .+Lecture\n$`));
  expect(seen[1]).toMatch(/\n1 broadcast canceled\n$/);
  expect(seen[2]).toMatch(/10:00.*→.*10:20.*Concert/);
  expect(await Promise.all([north, south, nextDay, inside].map(shown))).toEqual([
    'canceled 14:00-15:00',
    'scheduled 14:00-15:00',
    'scheduled 14:00-15:00',
    'scheduled 14:20-15:40',
  ]);
});

it('asks, and without a terminal needs --yes; --json prints the answer of the API', async () => {
  const one = await plan('Asked', '2035-12-14T14:00:00Z', '2035-12-14T15:00:00Z', { test: 'ask' });
  const cancel = ['cancel', '--label', 'test=ask'];
  const alone = await run(cancel);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toMatch(/1 broadcast would be canceled.*--yes/s);
  expect(await run(cancel, { canAnswer: true, stdin: 'n\n' })).toMatchObject({ code: 1 });
  expect(await shown(one)).toBe('scheduled 14:00-15:00');
  const dry = JSON.parse((await run([...cancel, '--dry-run', '--json'])).stdout);
  expect(dry).toMatchObject({ matched: 1, changed: [{ id: one.id }], refused: [], dryRun: true });
  expect((await run(cancel, { canAnswer: true, stdin: 'y\n' })).stdout).toContain('1 broadcast canceled');
  expect((await run([...cancel, '--yes'])).stdout).toBe('no broadcasts match: nothing to do\n');
});

it('names what it cannot do, with the exit code of that', async () => {
  const first = await plan('First', '2035-12-15T14:00:00Z', '2035-12-15T15:00:00Z', { test: 'refuse' });
  const { meetingId } = first;
  await service.schedule({ meetingId, startAt: '2035-12-15T15:00:00Z', stopAt: '2035-12-15T16:00:00Z' });
  const { code, stdout } = await run(['shift', '30m', '--label', 'test=refuse', '--yes']);
  expect([code, stdout]).toEqual([
    4,
    expect.stringMatching(new RegExp(`^1 broadcast cannot be changed:\n  ${first.id}  overlap: .+\n$`)),
  ]);
});

it('moves one by its id or title, too, and takes only what is still to come or on air without --status', async () => {
  const one = await plan('Moved alone', '2035-12-16T14:00:00Z', '2035-12-16T15:00:00Z', { test: 'one' });
  const moved = await run(['shift', 'Moved alone', '-PT30M']);
  expect([moved.code, moved.stdout]).toEqual([
    0,
    expect.stringMatching(/^stop +Sun 16 Dec 2035 10:00 EST +Sun 16 Dec 2035 09:30 EST /m),
  ]);
  expect(await shown(one)).toBe('scheduled 13:30-14:30');
  const before = await service.core.store.get(one.id);
  const decision = new DecisionBuilder(before, Date.now(), 'test').become('ended', null).build();
  await service.core.store.commit([{ before, decision }]);
  const again = await run(['shift', one.id, '15m']);
  expect([again.code, again.stderr]).toEqual([4, expect.stringContaining('ended')]);
  expect((await run(['extend', '15m', '--label', 'test=one', '--yes'])).stdout).toContain('no broadcasts match');
});

it.each([
  [['cancel'], /give an id, or a filter/],
  [['cancel', 'bc_1', '--label', 'a=b'], /not both/],
  [['stop', 'bc_1', '--dry-run'], /--dry-run needs a filter/],
  [['shift', 'bc_1', '15m', '--dry-run'], /--dry-run needs a filter/],
  [['shift', '15m'], /an id and a length/],
  [['shift', '--label', 'a=b'], /give a length/],
  [['extend', 'bc_1', '15m', '--label', 'a=b'], /not both/],
  [['shift', 'soon', '--label', 'a=b'], /"soon" is not a length/],
  [['shift', '15m', '--lable', 'a=b'], /unknown option --lable/],
  [['cancel', '--status', 'on'], /"on" is not a status/],
])('refuses %j before anything is sent', async (argv, message) => {
  const { code, stderr } = await run(argv);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

it('asks before it puts on air at once what keeps the stop of tomorrow, and can move the stop with it', async () => {
  const tomorrow = Date.now() + 86_400_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  const plans = (test: string) =>
    plan(`Early ${test}`, iso(tomorrow), iso(tomorrow + 1_800_000), { test: `early-${test}` });
  const [one, other, many] = await Promise.all([plans('one'), plans('other'), plans('many')]);
  const lengthOf = async (id: string) => {
    const { startAt, stopAt } = await service.core.store.get(id);
    return Math.round(((stopAt ?? 0) - startAt) / 60_000);
  };
  const no = { canAnswer: true, stdin: 'n\n' };
  const alone = await run(['start', one.id], no);
  expect(alone.code).toBe(1);
  expect(alone.stderr).toMatch(/length +30 min +1 day.*--keep-length.*would be on air for 1 day .*Go on\?/s);
  expect(await run(['start', one.id, other.id], no)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('2 broadcasts would be on air more than twice as long'),
  });
  expect(await lengthOf(one.id)).toBe(30);
  const kept = await run(['start', one.id, '--keep-length', '--no-wait']);
  expect(kept).toMatchObject({ code: 0, stdout: expect.stringMatching(/length +30 min +30 min/) });
  expect(await lengthOf(one.id)).toBe(30);
  expect((await service.core.store.get(one.id)).startAt).toBeLessThanOrEqual(Date.now());
  // A script that names a broadcast means it.
  expect(await run(['start', other.id, '--no-wait'])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/note: It would be on air for 1 day .*--keep-length/s),
  });
  expect(await lengthOf(other.id)).toBe(24 * 60 + 30);

  const dry = await run(['start', '--label', 'test=early-many', '--dry-run']);
  expect(dry.stdout).toMatch(/30 min → 1 day.*all of them would be on air more than twice as long/s);
  expect(await run(['start', '--label', 'test=early-many'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/started now; all of them would be on air more than twice/),
  });
  expect(await run(['start', '--label', 'test=early-many', '--keep-length'])).toMatchObject({ code: 2 });
  expect(await lengthOf(many.id)).toBe(30);
});

it('asks the same before a retry', async () => {
  const tomorrow = Date.now() + 86_400_000;
  const iso = (ms: number) => new Date(ms).toISOString();
  const { id } = await plan('Gone', iso(tomorrow), iso(tomorrow + 1_800_000), {});
  await service.core.writer.update(id, ({ broadcast, now }) =>
    new DecisionBuilder(broadcast, now, 'zoom').become('failed', 'meeting_not_found: gone').build(),
  );
  expect(await run(['retry', id], { canAnswer: true, stdin: 'n\n' })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/on air for 1 day/),
  });
  expect(await run(['retry', id, '--keep-length', '--no-wait'])).toMatchObject({ code: 0 });
  const { status, startAt, stopAt } = await service.core.store.get(id);
  expect([status, Math.round(((stopAt ?? 0) - startAt) / 60_000)]).toEqual(['scheduled', 30]);
});
