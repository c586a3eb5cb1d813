import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createScheduler, createWorker, type LivestreamError, type LivestreamEvent } from '../../../src/index.ts';
import { PREFIX, type RunningLibrary, runLibrary, SECRETS_KEY } from '../../support/running-library.ts';

let library: RunningLibrary;
beforeAll(async () => {
  library = await runLibrary();
});
afterAll(() => library.stop());

let numbers = 84_000_000_000;
/** A meeting of its own, which the sandbox has running. */
const aMeeting = () => String(numbers++);
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('was taken'),
    (error: LivestreamError) => error,
  );

const statusOf = async (id: string) => (await library.scheduler.get(id)).status;

describe('a broadcast of the library', () => {
  it('goes live and ends, and the program hears of each step', async () => {
    const { scheduler, worker } = library;
    const events: LivestreamEvent[] = [];
    const off = scheduler.on('broadcast.*', (event) => events.push(event));
    const made = await scheduler.schedule({ meetingId: aMeeting(), startAt: 'now', title: 'Sunday service' });
    expect(made).toMatchObject({ account: 'default', status: 'scheduled', revision: 1, title: 'Sunday service' });
    expect(made.startAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    await vi.waitFor(async () => expect(await statusOf(made.id)).toBe('live'), 30_000);
    expect((await scheduler.stop(made.id)).status).toBe('stopping');
    await vi.waitFor(async () => expect(await statusOf(made.id)).toBe('ended'), 30_000);
    const types = () => events.filter(({ data }) => data['id'] === made.id).map(({ type }) => type);
    await vi.waitFor(() => expect(types()).toContain('broadcast.ended'), 30_000);
    expect(types().filter((type) => type !== 'broadcast.changed')).toEqual([
      ...['broadcast.scheduled', 'broadcast.starting', 'broadcast.live', 'broadcast.stopping', 'broadcast.ended'],
    ]);
    off();
    const { history } = await scheduler.history(made.id);
    expect(history[0]).toMatchObject({ type: 'created', by: 'library' });
    expect(history.some(({ by }) => by.includes(worker.workerId))).toBe(true);
    expect(new Date(history.at(-1)?.at ?? '').getTime()).toBeGreaterThan(Date.parse(made.createdAt));
  });

  it('takes dates, is changed, moved, listed and canceled', async () => {
    const { scheduler } = library;
    const [startAt, stopAt] = [inMinutes(60), inMinutes(90)];
    const labels = { room: aMeeting() };
    const made = await scheduler.schedule({ meetingId: aMeeting(), startAt, stopAt, labels }, { by: 'rota' });
    expect([made.startAt, made.stopAt]).toEqual([startAt.toISOString(), stopAt.toISOString()]);
    const changed = await scheduler.change(made.id, { title: 'A' }, { ifRevision: 1 });
    expect(changed).toMatchObject({ title: 'A', revision: 2 });
    expect((await errorOf(scheduler.change(made.id, { title: 'B' }, { ifRevision: 1 }))).code).toBe(
      'precondition_failed',
    );
    const moved = await scheduler.reschedule(made.id, { startAt: inMinutes(70), duration: 'PT10M' });
    expect(Date.parse(moved.stopAt ?? '') - Date.parse(moved.startAt)).toBe(600_000);
    const query = { label: `room=${labels.room}`, from: startAt, to: inMinutes(120), status: ['scheduled'] as const };
    const listed = await scheduler.list({ ...query, status: [...query.status], limit: 5 });
    expect(listed).toEqual({ broadcasts: [moved], nextCursor: null });
    expect(await scheduler.get(made.id)).toEqual(moved);
    expect((await scheduler.cancel(made.id, { by: 'rota' })).status).toBe('canceled');
    const { history } = await scheduler.history(made.id);
    expect(new Set(history.map(({ by }) => by))).toEqual(new Set(['rota', 'library']));
  });

  it('is moved together with others that match, after a dry run', async () => {
    const { scheduler } = library;
    const startAt = inMinutes(120);
    const labels = { bulk: 'library' };
    const { id } = await scheduler.schedule({ meetingId: aMeeting(), startAt, duration: 'PT1H', labels });
    const filter = { label: 'bulk=library', status: ['scheduled' as const], from: inMinutes(60), to: inMinutes(240) };
    const move = { filter, action: 'shift' as const, by: 'PT15M' };
    const dry = await scheduler.bulk({ ...move, dryRun: true });
    const moved = new Date(startAt.getTime() + 900_000).toISOString();
    expect(dry).toMatchObject({ matched: 1, changed: [{ id, after: { startAt: moved } }], refused: [], dryRun: true });
    expect(await scheduler.bulk({ ...move, expect: 1 }, { by: 'desk' })).toEqual({ ...dry, dryRun: false });
    expect((await scheduler.history(id)).history.at(-1)).toMatchObject({ by: 'desk', type: 'changed' });
    expect(await errorOf(scheduler.bulk({ ...move, expect: 2 }))).toMatchObject({ code: 'count_differs' });
  });

  it('starts at once and can be retried only when it failed', async () => {
    const { scheduler } = library;
    const made = await scheduler.schedule({ meetingId: aMeeting(), startAt: inMinutes(60) });
    await scheduler.start(made.id);
    await vi.waitFor(async () => expect(await statusOf(made.id)).toBe('live'), 30_000);
    expect((await errorOf(scheduler.retry(made.id))).code).toBe('not_retryable');
    await scheduler.cancel(made.id);
    await vi.waitFor(async () => expect(await statusOf(made.id)).toBe('ended'), 30_000);
  });
});

describe('errors are those of the API', () => {
  it('every error at once', async () => {
    const input = { meetingId: 'x', startAt: new Date(Number.NaN), nope: 1 };
    const error = await errorOf(library.scheduler.schedule(input));
    expect([error.name, error.code, error.status]).toEqual(['LivestreamError', 'validation_failed', 400]);
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['meetingId', 'nope', 'startAt']);
  });

  it.each([null, undefined, 7, 'text', [], [[]], { broadcasts: 3 }])('the batch %j', async (input) => {
    expect((await errorOf(library.scheduler.scheduleBatch(input as never))).code).toBe('validation_failed');
  });

  it('an unknown one, a wrong query, a key that is none', async () => {
    const { scheduler } = library;
    expect((await errorOf(scheduler.get('nope'))).code).toBe('not_found');
    expect((await errorOf(scheduler.list({ limit: 0 }))).errors[0]?.path).toBe('limit');
    const one = { meetingId: aMeeting(), startAt: inMinutes(60) };
    expect((await errorOf(scheduler.schedule(one, { idempotencyKey: 'a b' }))).errors[0]?.path).toBe('idempotencyKey');
    const circular: Record<string, unknown> = {};
    circular['labels'] = circular;
    const error = await errorOf(scheduler.schedule(circular as never, { idempotencyKey: 'k' }));
    expect(error.code).toBe('validation_failed');
  });

  it('a batch is all or nothing, and repeated by its key', async () => {
    const { scheduler } = library;
    const [meetingId, startAt] = [aMeeting(), inMinutes(60)];
    const overlapping = [1, 2].map(() => ({ meetingId, startAt }));
    const error = await errorOf(scheduler.scheduleBatch(overlapping));
    expect([error.code, error.extra]).toEqual(['overlap', { index: 1, conflictsWithIndex: 0 }]);
    expect((await scheduler.list({ meetingId })).broadcasts).toEqual([]);
    const batch = { broadcasts: [{ meetingId, startAt }] };
    const first = await scheduler.scheduleBatch(batch, { idempotencyKey: 'batch' });
    expect(await scheduler.scheduleBatch(batch, { idempotencyKey: 'batch' })).toEqual(first);
    const other = { broadcasts: [{ meetingId, startAt, title: 'x' }] };
    expect((await errorOf(scheduler.scheduleBatch(other, { idempotencyKey: 'batch' }))).code).toBe(
      'idempotency_key_reused',
    );
  });
});

describe('listeners', () => {
  it('one that fails harms neither the others nor the program', async () => {
    const { redis } = library;
    const logged: string[] = [];
    const note = (_fields: object, message: string) => logged.push(message);
    const logger = { debug: () => {}, info: () => {}, warn: note, error: note };
    const scheduler = await createScheduler({ redis: redis.url, prefix: PREFIX, logger });
    const seen: string[] = [];
    scheduler.on('*', () => {
      throw new Error('sync');
    });
    scheduler.on('broadcast.scheduled', () => Promise.reject(new Error('async')));
    scheduler.on('*', ({ data }) => seen.push(String(data['id'])));
    scheduler.on('alert.*', ({ type }) => seen.push(type));
    const { id } = await scheduler.schedule({ meetingId: aMeeting(), startAt: inMinutes(60) });
    await vi.waitFor(() => expect(seen).toEqual([id]), 30_000);
    expect(logged).toEqual(['an event listener failed', 'an event listener failed']);
    await scheduler.close();
    await scheduler.close();
  });

  it('miss nothing while Redis is away', async () => {
    const { redis, scheduler } = library;
    const seen: unknown[] = [];
    const off = scheduler.on('broadcast.scheduled', ({ data }) => seen.push(data['id']));
    const first = await scheduler.schedule({ meetingId: aMeeting(), startAt: inMinutes(60) });
    await vi.waitFor(() => expect(seen).toEqual([first.id]), 30_000);
    await redis.restart();
    const second = await vi.waitFor(
      () => scheduler.schedule({ meetingId: aMeeting(), startAt: inMinutes(60) }),
      10_000,
    );
    await vi.waitFor(() => expect(seen).toEqual([first.id, second.id]), 30_000);
    off();
  });
});

describe('options', () => {
  it('every error of a scheduler at once, without secrets', async () => {
    const options = { redis: 'http://x', prefix: '', secretsKey: 'short-secret', accounts: ['a', 'a'], nope: 1 };
    const error = await errorOf(createScheduler({ ...options, startWindow: 'soon' } as never));
    expect(error.code).toBe('validation_failed');
    const paths = error.errors.map(({ path }) => path).sort();
    expect(paths).toEqual(['accounts', 'nope', 'redis', 'secretsKey', 'startWindow']);
    expect(JSON.stringify(error.errors)).not.toContain('short-secret');
  });

  it('every error of a worker at once, without secrets', async () => {
    const accounts = [{ name: 'ea st', accessToken: 't' }, { name: 'west', accountId: 'a', plan: 'gold' }, 7];
    const options = { redis: { port: 'x', password: 'pass-word' }, zoom: { clientSecret: 'hush', what: 1 }, accounts };
    const error = await errorOf(createWorker({ ...options, concurrency: 0 } as never));
    const paths = new Set(error.errors.map(({ path }) => path));
    expect([...paths].sort()).toEqual(
      [
        ...['accounts[0].name', 'accounts[1].clientId', 'accounts[1].clientSecret', 'accounts[1].plan', 'accounts[2]'],
        'accounts[2].name',
        ...['concurrency', 'redis.port', 'zoom.accountId', 'zoom.clientId', 'zoom.what'],
      ].sort(),
    );
    expect(JSON.stringify(error.errors)).not.toMatch(/hush|pass-word/);
  });

  it.each([undefined, null, 7, {}, { redis: 7 }])('%j are none', async (options) => {
    expect((await errorOf(createScheduler(options as never))).code).toBe('validation_failed');
    expect((await errorOf(createWorker(options as never))).code).toBe('validation_failed');
  });

  it('Redis by its parts, bytes for a key, several accounts', async () => {
    const { port } = library.redis;
    const scheduler = await createScheduler({
      redis: { host: '127.0.0.1', port },
      prefix: PREFIX,
      secretsKey: Buffer.from(SECRETS_KEY, 'base64'),
      accounts: ['east', 'west'],
    });
    const destination = { streamUrl: 'rtmps://a.example/live', streamKey: 'hidden', pageUrl: 'https://a.example' };
    const one = { meetingId: aMeeting(), startAt: inMinutes(60), destination };
    expect((await errorOf(scheduler.schedule(one))).code).toBe('account_required');
    const made = await scheduler.schedule({ ...one, account: 'west' });
    expect(made.account).toBe('west');
    expect(JSON.stringify(made)).not.toContain('hidden');
    await scheduler.close();
  });

  it('a Redis that is not there is named', async () => {
    const error = await errorOf(createScheduler({ redis: { path: '/nowhere.sock' } }));
    expect(error.code).toBe('redis_unavailable');
  });
});
