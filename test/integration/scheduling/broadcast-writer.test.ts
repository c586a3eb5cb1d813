import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { becomeLive } from '../../../src/broadcasts/rules/transitions.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { ZoomApi } from '../../../src/broadcasts/zoom-port.ts';
import { LEAD_MS } from '../../../src/queue/timer-queue.ts';
import { applyZoomEvent } from '../../../src/scheduling/apply-zoom-event.ts';
import { BroadcastWriter, MAX_CONFLICTS } from '../../../src/scheduling/broadcast-writer.ts';
import { Executor } from '../../../workers/jobs/executor.ts';
import { Deadlines } from '../../../workers/maintenance/deadlines.ts';
import { firstShard, KEYS, type RealCore, startCore } from '../../support/real-context.ts';

/** The one way a decision reaches Redis: what it does after the commit, and what becomes of the decision when that fails. */

const WARN = 40;
const by = 'person';
let running: RealCore;
let worker: Executor;

beforeAll(async () => {
  running = await startCore();
  const { core } = running;
  const answered = async () => ({
    ...{ request: { method: 'PATCH', path: '' }, answer: null, result: { kind: 'accepted' } },
    ...{ sentAt: core.clock.now(), answeredAt: core.clock.now() },
  });
  const zoom = { prepare: async () => {}, updateStatus: answered, close: async () => {} } as unknown as ZoomApi;
  worker = new Executor({ ...core, zoom, workerId: 'w1', openSealed: (sealed) => sealed });
});
beforeEach(async () => {
  await running.raw.flushall();
  await running.raw.set(KEYS.worker('w1'), '1');
  running.log.length = 0;
});
afterAll(() => running.stop());

const changes = () =>
  running.log.filter(({ msg }) => msg === 'broadcast').map(({ from, to, by: who }) => [from, to, who]);

async function planned(startIn = 3_600_000): Promise<Broadcast> {
  const startAt = new Date(Date.now() + startIn).toISOString();
  return (await running.scheduler.schedule({ meetingId: '111', startAt }, { by })).broadcast;
}

/** As if somebody had planned it with these fields, or it had come that far: written past the writer, so nothing is logged. */
async function put(before: Broadcast, edit: (builder: DecisionBuilder) => void): Promise<Broadcast> {
  const builder = new DecisionBuilder(before, Date.now(), 'test');
  edit(builder);
  const result = await running.core.store.commit([{ before, decision: builder.build() }]);
  if (result.kind !== 'ok') throw new Error(result.kind);
  return result.written[0] as Broadcast;
}

const onAir = async () => put(await planned(), (builder) => becomeLive(builder, Date.now() - 1_000, 'test'));

describe('a change of state is logged once, with its cause', () => {
  it('when a person cancels', async () => {
    const { id, meetingId } = await planned();
    await running.scheduler.cancel(id, { by });
    expect(changes()).toEqual([['scheduled', 'canceled', by]]);
    expect(running.log.find(({ msg }) => msg === 'broadcast')).toMatchObject({
      ...{ level: 30, broadcastId: id, meetingId, reason: 'canceled by person' },
    });
  });

  it("when Zoom's event says so", async () => {
    await onAir();
    const nothing = { service: null, occurrenceAt: null, movedTo: null, movedFrom: null };
    const of = { account: 'default', meetingId: '111', kind: 'meeting', uuid: 'one', operator: true } as const;
    const event: ZoomEvent = { ...of, ...nothing, what: 'stream_stopped', at: Date.now() + 1 };
    await applyZoomEvent(running.core, event);
    await applyZoomEvent(running.core, event);
    expect(changes()).toEqual([['live', 'ended', 'zoom']]);
  });

  it('when a deadline passes', async () => {
    const { id } = await put(await planned(), ({ next }) => {
      next.startAt -= 7_200_000;
      next.startBefore = next.startAt + 60_000;
    });
    await running.raw.zadd(KEYS.named('deadlines'), 1, id);
    await new Deadlines({ ...firstShard(running.core), workerId: 'w1' }).runOnce();
    expect(changes()).toEqual([['scheduled', 'missed', 'worker:w1']]);
  });

  it('when a worker claims a request, and when Zoom answers it', async () => {
    const { id, revision } = await put(await planned(), ({ next }) => {
      next.startAt = Date.now() - 10;
    });
    await worker.run({ broadcastId: id, action: 'start', revision }, new AbortController().signal);
    expect(changes()).toEqual([
      ['scheduled', 'starting', 'worker:w1'],
      ['starting', 'live', 'worker:w1'],
    ]);
  });

  it('but not when only the plan changes', async () => {
    const { id } = await planned();
    await running.scheduler.change(id, { title: 'New' }, { by });
    expect(changes()).toEqual([]);
  });
});

describe('the jobs of a new broadcast', () => {
  it('hold nothing that BullMQ does not need', async () => {
    const { id, startAt } = await planned();
    const {
      name,
      opts = '',
      delay,
      timestamp,
      ...rest
    } = await running.raw.hgetall(KEYS.named(`q:starts:${id}_start_1`));
    expect({ name, opts: JSON.parse(opts) }).toEqual({ name: 'start', opts: { delay: Number(delay) } });
    expect(Number(timestamp) + Number(delay)).toBeCloseTo(startAt - LEAD_MS, -1);
    expect(rest).toEqual({ data: '{}', priority: '0' });
  });
});

describe('what comes after the commit', () => {
  const steps: string[] = [];
  function writerWith(failing: 'sync' | 'publish' | null): BroadcastWriter {
    const { store, queue, notices, logger } = running.core;
    const run = (name: 'sync' | 'publish', work: () => Promise<void>) => async () => {
      steps.push(name);
      if (name === failing) throw new Error(`no ${name}`);
      await work();
    };
    return new BroadcastWriter({
      store,
      queue: {
        sync: (before, after) => run('sync', () => queue.sync(before, after))(),
        addAll: (created) => run('sync', () => queue.addAll(created))(),
      },
      notices: { publish: (id) => run('publish', () => notices.publish(id))() },
      logger: {
        warn: logger.warn.bind(logger),
        info: ((...line: [object, string]) => {
          steps.push('log');
          logger.info(...line);
        }) as never,
      },
    });
  }
  const cancel = (writer: BroadcastWriter, id: string) =>
    writer.update(id, ({ broadcast, now }) =>
      new DecisionBuilder(broadcast, now, by).become('canceled', 'test').build(),
    );
  beforeEach(() => {
    steps.length = 0;
  });

  it('goes in one order: jobs, waiting workers, log', async () => {
    await cancel(writerWith(null), (await planned()).id);
    expect(steps).toEqual(['sync', 'publish', 'log']);
    expect(await running.raw.keys('*:starts:bc_*')).toEqual([]);
  });

  it.each(['sync', 'publish'] as const)('is logged when %s fails, and the decision stands', async (failing) => {
    const { id } = await planned();
    expect(await cancel(writerWith(failing), id)).toMatchObject({ kind: 'ok', after: { status: 'canceled' } });
    expect((await running.core.store.get(id)).status).toBe('canceled');
    expect(steps).toEqual(['sync', 'publish', 'log']);
    const [warning, ...others] = running.log.filter(({ level }) => level === WARN);
    expect(warning).toMatchObject({ broadcastId: id, err: { message: `no ${failing}` } });
    expect(others).toEqual([]);
  });

  it('keeps new broadcasts whose jobs could not be added', async () => {
    const { core } = running;
    const made = { ...(await planned()), id: 'bc_new', meetingId: '222', version: 0 };
    const decision = new DecisionBuilder(made, Date.now(), by).note('created', null).build();
    expect((await writerWith('sync').apply([{ before: null, decision }])).kind).toBe('ok');
    expect((await core.store.get('bc_new')).status).toBe('scheduled');
    expect(steps).toEqual(['sync']);
    expect(running.log.filter(({ level }) => level === WARN)).toHaveLength(1);
  });

  it('wakes only at the end when the run of a job writes', async () => {
    const before = await planned();
    const writer = writerWith(null);
    const starting = new DecisionBuilder(before, Date.now(), by).become('starting', 'test').build();
    const result = await writer.apply([{ before, decision: starting }], { notify: 'final' });
    expect(steps).toEqual(['sync', 'log']);
    const [after] = result.kind === 'ok' ? result.written : [];
    const missed = new DecisionBuilder(after as Broadcast, Date.now(), by).become('missed', 'test').build();
    await writer.apply([{ before: after as Broadcast, decision: missed }], { notify: 'final' });
    expect(steps).toEqual(['sync', 'log', 'sync', 'publish', 'log']);
  });
});

describe('a decision that others get ahead of', () => {
  /** Somebody else writes between the reading and the writing, `times` times. */
  async function overtaken(times: number) {
    const { id } = await planned();
    let tries = 0;
    const { core } = running;
    const store = {
      load: (one: string) => core.store.load(one),
      commit: async (...args: Parameters<typeof core.store.commit>) => {
        tries += 1;
        if (tries <= times)
          await put(await core.store.get(id), ({ next }) => {
            next.title = `title ${tries}`;
          });
        return core.store.commit(...args);
      },
    };
    const writer = new BroadcastWriter({ ...core, store });
    const result = await writer.update(id, ({ broadcast, now }) =>
      new DecisionBuilder(broadcast, now, by).become('canceled', 'test').build(),
    );
    return { result, tries };
  }

  it('is made again, on what they wrote', async () => {
    const { result, tries } = await overtaken(3);
    expect(result).toMatchObject({ kind: 'ok', before: { title: 'title 3' }, after: { title: 'title 3' } });
    expect(tries).toBe(4);
    expect(changes()).toHaveLength(1);
  });

  it('is given up at last', async () => {
    const { result, tries } = await overtaken(1_000);
    expect(result).toEqual({ kind: 'conflict' });
    expect(tries).toBe(MAX_CONFLICTS);
    expect(changes()).toEqual([]);
  });
});
