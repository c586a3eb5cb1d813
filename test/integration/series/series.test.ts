import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LivestreamError } from '../../../src/errors.ts';
import { type RunningSeries, SUNDAYS, startSeries } from '../../support/running-series.ts';

const NOW = '2026-12-02T17:00:00Z';
let run: RunningSeries;
beforeAll(async () => {
  run = await startSeries(NOW);
});
afterAll(() => run.stop());
beforeEach(async () => {
  await run.forgetAll();
  run.clock.set(NOW);
});

const BY = { by: 'api:test' };
const create = async (over: object = {}) => (await run.service.create({ ...SUNDAYS, ...over }, BY)).series;
const startsOf = async (status = 'scheduled') =>
  (await run.broadcasts()).filter((one) => one.status === status).map(({ startAt }) => new Date(startAt).toISOString());
const errorOf = async (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it should have been refused'),
    (error) => error as LivestreamError,
  );

describe('a new series', () => {
  it('creates the next three broadcasts with ids of series and local time', async () => {
    const series = await create({ labels: { room: 'A' }, externalId: 'sunday', startWindow: 'PT20M' });
    const broadcasts = await run.broadcasts();
    const days = ['20261206', '20261213', '20261220'];
    expect(broadcasts.map(({ id }) => id)).toEqual(days.map((day) => `${series.id}-${day}T090000`));
    expect(broadcasts[0]).toMatchObject({
      ...{ meetingId: '68423085', title: 'Sunday service', seriesId: series.id, status: 'scheduled' },
      ...{ startAt: Date.parse('2026-12-06T14:00:00Z'), stopAt: Date.parse('2026-12-06T15:30:00Z') },
      ...{ timezone: 'America/New_York', labels: { room: 'A' }, externalId: 'sunday', startWindow: 'PT20M' },
    });
    expect((await run.scheduler.history(broadcasts[0]?.id ?? ''))[0]?.by).toBe(`series:${series.id}`);
    expect((await run.events()).map(({ type }) => type)).toEqual([
      'series.created',
      ...days.map(() => 'broadcast.scheduled'),
    ]);
  });

  it('reaches two weeks ahead when it comes more often', async () => {
    await create({ rule: 'FREQ=DAILY' });
    expect(await startsOf()).toHaveLength(11);
  });

  it('starts earlier and stops later by lead and tail', async () => {
    await create({ leadMinutes: 10, tailMinutes: 5 });
    const [first] = await run.broadcasts();
    expect(new Date(first?.startAt ?? 0).toISOString()).toBe('2026-12-06T13:50:00.000Z');
    expect(new Date(first?.stopAt ?? 0).toISOString()).toBe('2026-12-06T15:35:00.000Z');
    expect(first?.id).toMatch(/-20261206T090000$/);
  });

  it('leaves out exceptions, by time and by day, and adds additions', async () => {
    await create({
      exceptions: ['2026-12-06', '2026-12-13T09:00'],
      additions: ['2026-12-24T18:00'],
      duration: undefined,
      stopTime: '10:30',
    });
    expect(await startsOf()).toEqual([
      '2026-12-20T14:00:00.000Z',
      '2026-12-24T23:00:00.000Z',
      '2026-12-27T14:00:00.000Z',
    ]);
    // 10:30 is before 18:00: the next day's.
    expect((await run.broadcasts())[1]?.stopAt).toBe(Date.parse('2026-12-25T15:30:00Z'));
  });

  it('is refused with every error at once, and stores nothing', async () => {
    const error = await errorOf(
      create({
        rule: 'FREQ=WEEKLY;BYHOUR=25',
        startAt: 'x',
        timezone: 'Mars',
        meetingId: 'y',
        leadMinutes: -1,
        rrule: 1,
      }),
    );
    expect(error.code).toBe('validation_failed');
    const paths = error.errors.map(({ path }) => path).sort();
    expect(paths).toEqual(['leadMinutes', 'meetingId', 'rrule', 'rule', 'startAt', 'timezone']);
    expect(error.errors.find(({ path }) => path === 'rrule')?.message).toContain('did you mean rule?');
    expect(await run.client.dbsize()).toBe(0);
  });

  it.each([
    ['a rule that never comes', { rule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30' }, 'rule'],
    ['one that is over', { rule: 'FREQ=WEEKLY;UNTIL=20261129', startAt: '2026-11-01T09:00' }, 'rule'],
    ['both ways to say the end', { stopTime: '10:30' }, 'stopTime'],
    ['a webinar with a layout', { kind: 'webinar', settings: { layout: 'speaker_view' } }, 'settings.layout'],
    ['an unknown policy', { onClockChange: { skipped: 'never' } }, 'onClockChange.skipped'],
    ['an exception that is no time', { exceptions: ['2026-12-06', 'Christmas'] }, 'exceptions[1]'],
    ['an unknown account', { account: 'west' }, 'account'],
  ])('refuses %s', async (_name, over, path) => {
    const error = await errorOf(create(over));
    expect(error.errors.map((issue) => issue.path)).toEqual([path]);
  });
});

describe('the leader task', () => {
  it('keeps the horizon rolling', async () => {
    await create();
    run.clock.set('2026-12-20T00:00:00Z');
    await run.task.runOnce();
    expect((await run.broadcasts()).map(({ id }) => id.slice(-15, -7))).toEqual(
      ['1206', '1213', '1220', '1227', '0103'].map((day) => `${day.startsWith('12') ? 2026 : 2027}${day}`),
    );
  });

  it('leaves a canceled occurrence canceled, also when its retention would be over', async () => {
    await create({ rule: 'FREQ=YEARLY', startAt: '2027-06-01T09:00' });
    const [first] = await run.broadcasts();
    await run.scheduler.cancel(first?.id ?? '', BY);
    await run.task.runOnce();
    expect(await startsOf('canceled')).toEqual(['2027-06-01T13:00:00.000Z']);
    expect(await startsOf()).toHaveLength(2);
    // What the retention goes by is the time of the occurrence, not that of the cancel.
    expect(Number(await run.client.zscore(run.keys.named('finals'), first?.id ?? ''))).toBe(first?.startAt);
  });

  it('catches up on what came due while no worker ran', async () => {
    await create({ rule: 'FREQ=WEEKLY', startAt: '2026-12-06T09:00' });
    run.clock.set('2027-01-10T14:30:00Z');
    await run.task.runOnce();
    const ids = (await run.broadcasts()).map(({ id }) => id.slice(-15, -7));
    expect(ids).toEqual([
      '20261206',
      '20261213',
      '20261220',
      '20261227',
      '20270103',
      '20270110',
      '20270117',
      '20270124',
    ]);
  });

  it('reports an occurrence that overlaps another broadcast, once, and creates it when the way is free', async () => {
    const times = { startAt: '2026-12-13T14:30:00Z', stopAt: '2026-12-13T16:00:00Z' };
    const { broadcast: other } = await run.scheduler.schedule({ meetingId: '68423085', ...times }, BY);
    const series = await create();
    expect(series.warnings).toMatchObject([{ code: 'overlap', occurrence: '2026-12-13T09:00:00' }]);
    expect(series.warnings[0]?.message).toContain(other.id);
    await run.task.runOnce();
    const warned = async () => (await run.events()).filter(({ type }) => type === 'series.warning');
    expect(await warned()).toHaveLength(1);
    expect(await startsOf()).toEqual([
      '2026-12-06T14:00:00.000Z',
      '2026-12-13T14:30:00.000Z',
      '2026-12-20T14:00:00.000Z',
    ]);
    await run.scheduler.cancel(other.id, BY);
    await run.task.runOnce();
    expect((await run.service.get(series.id)).warnings).toEqual([]);
    expect(await startsOf()).toHaveLength(3);
  });

  it('keeps the others going when one fails', async () => {
    await create({ meetingId: '1' });
    const sealed = { streamUrl: 'rtmps://a/b', streamKey: 'k', pageUrl: 'https://a/' };
    const broken = await create({ meetingId: '2', destination: sealed });
    const key = run.keys.named(`sr:${broken.id}`);
    const record = JSON.parse((await run.client.hget(key, 'd')) ?? '{}');
    await run.client.hset(
      key,
      'd',
      JSON.stringify({ ...record, destination: { ...record.destination, sealedStreamKey: 'x' } }),
    );
    await create({ meetingId: '3' });
    run.clock.set('2026-12-20T00:00:00Z');
    await run.task.runOnce();
    const meetings = (await run.broadcasts()).map(({ meetingId }) => meetingId);
    expect(meetings.filter((id) => id === '3')).toHaveLength(5);
    expect(meetings.filter((id) => id === '2')).toHaveLength(3);
    expect(run.logged).toHaveLength(1);
  });
});

describe('a change', () => {
  it('moves, cancels and creates what is to come', async () => {
    const series = await create();
    const changed = await run.service.change(series.id, { rule: 'FREQ=WEEKLY;BYDAY=SU,WE', duration: 'PT2H' }, BY);
    expect(changed.revision).toBe(2);
    expect(await startsOf()).toEqual(
      ['06', '09', '13', '16', '20']
        .slice(0, 4)
        .concat('20')
        .map((day) => `2026-12-${day}T14:00:00.000Z`),
    );
    expect((await run.broadcasts())[0]?.stopAt).toBe(Date.parse('2026-12-06T16:00:00Z'));
    await run.service.change(series.id, { rule: 'FREQ=WEEKLY;BYDAY=WE' }, BY);
    expect((await startsOf()).every((start) => new Date(start).getUTCDay() === 3)).toBe(true);
    expect(await startsOf('canceled')).toHaveLength(3);
  });

  it('puts back what it took out, but not what a person canceled', async () => {
    const series = await create();
    const [first, second] = await run.broadcasts();
    await run.scheduler.cancel(first?.id ?? '', BY);
    await run.service.change(series.id, { startAt: '2026-12-06T11:00' }, BY);
    expect(await startsOf('canceled')).toHaveLength(3);
    await run.service.change(series.id, { startAt: '2026-12-06T09:00' }, BY);
    const ids = (await run.broadcasts()).filter(({ status }) => status === 'scheduled').map(({ id }) => id);
    expect(ids[0]).toBe(`${second?.id}-2`);
    expect(ids.some((id) => id.includes('20261206'))).toBe(false);
    await run.task.runOnce();
    expect((await run.broadcasts()).filter(({ status }) => status === 'scheduled').map(({ id }) => id)).toEqual(ids);
  });

  it('leaves what a person changed, and what is under way', async () => {
    const series = await create();
    const [first, second] = await run.broadcasts();
    await run.scheduler.change(second?.id ?? '', { title: 'Advent' }, BY);
    await run.scheduler.start(first?.id ?? '', BY);
    await run.service.change(series.id, { title: 'Mass', duration: 'PT1H' }, BY);
    const titles = (await run.broadcasts()).map(({ title }) => title);
    expect(titles).toEqual(['Sunday service', 'Advent', 'Mass']);
  });

  it('carries a new time zone and a new stream key to every broadcast', async () => {
    const destination = { streamUrl: 'rtmps://a/b', streamKey: 'one', pageUrl: 'https://a/' };
    const series = await create({ destination });
    await run.service.change(
      series.id,
      { timezone: 'Europe/London', destination: { ...destination, streamKey: 'two' } },
      BY,
    );
    const broadcasts = await run.broadcasts();
    expect(broadcasts.map(({ startAt }) => new Date(startAt).getUTCHours())).toEqual([9, 9, 9]);
    expect(broadcasts.map((one) => run.sealer.open(one.destination?.sealedStreamKey ?? ''))).toEqual([
      'two',
      'two',
      'two',
    ]);
    await run.service.change(series.id, { title: 'kept key' }, BY);
    expect((await run.service.get(series.id)).destination?.streamUrl).toBe('rtmps://a/b');
  });

  it('moves a dense series through its own broadcasts', async () => {
    const series = await create({ rule: 'FREQ=DAILY;COUNT=10', startAt: '2026-12-03T09:00', duration: 'PT23H' });
    const changed = await run.service.change(series.id, { timezone: 'America/Los_Angeles' }, BY);
    expect(changed.warnings).toEqual([]);
    expect((await startsOf())[0]).toBe('2026-12-03T17:00:00.000Z');
    expect(await startsOf()).toHaveLength(10);
  });

  it('is refused over another revision, and for errors, and does nothing for nothing', async () => {
    const series = await create();
    const stale = await errorOf(run.service.change(series.id, { title: 'x' }, { ...BY, ifRevision: 7 }));
    expect(stale.code).toBe('precondition_failed');
    const invalid = await errorOf(run.service.change(series.id, { meetingId: null, rule: 'x', id: 'y' }, BY));
    expect(invalid.errors.map(({ path }) => path).sort()).toEqual(['id', 'meetingId', 'rule']);
    expect((await run.service.change(series.id, { title: 'Sunday service' }, BY)).revision).toBe(1);
    expect((await errorOf(run.service.change('sr_none', { title: 'x' }, BY))).code).toBe('not_found');
  });

  it('is finished by the leader when the API died right after storing it', async () => {
    const series = await create();
    const stored = await run.service.get(series.id);
    const key = run.keys.named(`sr:${series.id}`);
    const next = { ...stored, title: 'Later', revision: 2, version: stored.version + 1 };
    await run.client.hset(key, 'd', JSON.stringify(next), 'v', next.version);
    await run.task.runOnce();
    expect((await run.broadcasts()).map(({ title }) => title)).toEqual(['Later', 'Later', 'Later']);
  });
});

describe('a deletion', () => {
  it('cancels what is to come and forgets the series', async () => {
    const series = await create();
    await run.service.delete(series.id, { ...BY, keepOccurrences: false });
    expect(await startsOf('canceled')).toHaveLength(3);
    expect((await run.broadcasts())[0]?.reason).toBe('canceled by api:test');
    expect((await errorOf(run.service.get(series.id))).code).toBe('not_found');
    await run.task.runOnce();
    expect(await startsOf()).toEqual([]);
    expect((await run.events()).at(-1)?.type).toBe('series.deleted');
  });

  it('keeps them when asked to', async () => {
    const series = await create();
    await run.service.delete(series.id, { ...BY, keepOccurrences: true });
    expect(await startsOf()).toHaveLength(3);
    expect((await run.service.list({ limit: 10 })).series).toEqual([]);
  });
});

describe('occurrences', () => {
  it('shows what will come, with the broadcasts that are there', async () => {
    const series = await create({ exceptions: ['2026-12-13'] });
    const [first, second] = await run.broadcasts();
    await run.scheduler.cancel(first?.id ?? '', BY);
    await run.scheduler.change(second?.id ?? '', { startAt: '2026-12-20T14:15:00Z' }, BY);
    const { occurrences, leftOut } = await run.service.occurrences(series.id, 4);
    expect(occurrences.map(({ local, broadcast }) => [local, broadcast?.status ?? null])).toEqual([
      ['2026-12-06T09:00:00', 'canceled'],
      ['2026-12-20T09:00:00', 'scheduled'],
      ['2026-12-27T09:00:00', 'scheduled'],
      ['2027-01-03T09:00:00', null],
    ]);
    expect(occurrences[1]?.startAt).toBe(Date.parse('2026-12-20T14:15:00Z'));
    expect(occurrences[0]?.note).toBeNull();
    expect(occurrences[1]?.note).toBe('edited: the rule says it starts at 2026-12-20T14:00:00.000Z');
    expect(leftOut).toEqual([{ local: '2026-12-13T09:00:00', note: 'an exception of the series' }]);
  });
});
