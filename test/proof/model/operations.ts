import fc from 'fast-check';
import type { Action, Broadcast } from '../../../src/broadcasts/broadcast.ts';
import { initialState } from '../../../src/broadcasts/rules/initial-state.ts';
import * as commands from '../../../src/broadcasts/rules/on-command.ts';
import { requireNoPause } from '../../../src/broadcasts/rules/on-pause.ts';
import { startBefore } from '../../../src/broadcasts/rules/plan-interval.ts';
import { expectedTimers } from '../../../src/broadcasts/rules/timers.ts';
import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { MeetingStatus, Outcome } from '../../../src/broadcasts/zoom-outcome.ts';
import { type Model, T0 } from './model.ts';

/** One thing that happens. */
export type Operation =
  | { do: 'pass'; ms: number }
  /** To the moment of the next wanted job, and a little later. */
  | { do: 'next job'; by: number }
  | { do: 'job'; which: number; action: Action; shows: MeetingStatus; stale: boolean }
  | { do: 'answer'; which: number; result: Outcome }
  | { do: 'lease'; which: number; dead: boolean }
  | {
      do: 'event';
      what: ZoomEvent['what'];
      age: number;
      uuid: string | null;
      service: string | null;
      /** A person is named as the cause. */
      operator?: boolean;
      /** How far the meeting is moved by an `updated`, ms. */
      moved?: number;
    }
  | { do: 'command'; which: number; name: 'cancel' | 'stop' | 'start' | 'retry' }
  | { do: 'change'; which: number; change: commands.PlanChange }
  | { do: 'deadline'; which: number }
  /** Of everything, for this long (ms); null: until it is resumed. */
  | { do: 'pause'; ms: number | null }
  | { do: 'resume' };

const OUR_SERVICE = 'Custom_Live_Streaming_Service';
const refusal = { code: 'refused' as const, advice: 'Do something.' };

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Outcome>({ kind: 'accepted' }) },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: 'not_started' }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'refused', ...refusal }) },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: 'check_first', ...refusal }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(null, 5_000, 90_000).map((ms): Outcome => ({ kind: 'start_limited', retryAfterMs: ms })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('second' as const, 'day' as const)
      .map((scope): Outcome => ({ kind: 'rate_limited', scope, until: T0 + (scope === 'day' ? 36_000_000 : 60_000) })),
  },
  { weight: 2, arbitrary: fc.constant<Outcome>({ kind: 'unauthorized' }) },
  {
    weight: 4,
    arbitrary: fc.boolean().map((unknown): Outcome => ({ kind: 'transient', reason: 'no answer', unknown })),
  },
  { weight: 1, arbitrary: fc.constant<Outcome>({ kind: 'withdrawn' }) },
);

const shows: fc.Arbitrary<MeetingStatus> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<MeetingStatus>({ kind: 'meeting', status: 'started', uuid: 'u1' }) },
  { weight: 4, arbitrary: fc.constant<MeetingStatus>({ kind: 'meeting', status: 'waiting', uuid: 'u1' }) },
  { weight: 1, arbitrary: fc.constant<MeetingStatus>({ kind: 'meeting', status: 'unknown', uuid: null }) },
  { weight: 1, arbitrary: fc.constant<MeetingStatus>({ kind: 'gone', ...refusal }) },
  { weight: 1, arbitrary: fc.constant<MeetingStatus>({ kind: 'inconclusive', reason: 'no scope' }) },
  {
    weight: 1,
    arbitrary: fc.constant<MeetingStatus>({ kind: 'rate_limited', scope: 'second', until: T0 + 90_000 }),
  },
  { weight: 1, arbitrary: fc.constant<MeetingStatus>({ kind: 'unauthorized' }) },
  { weight: 1, arbitrary: fc.constant<MeetingStatus>({ kind: 'transient', reason: 'reset' }) },
);

const which = fc.nat({ max: 1 });
const action = fc.constantFrom<Action>('start', 'stop');
const change: fc.Arbitrary<commands.PlanChange> = fc.oneof(
  fc.constantFrom(30_000, 600_000, 86_400_000).map((by) => ({ startAt: T0 + by })),
  fc.constantFrom(null, 45_000, 5_400_000).map((by) => ({ stopAt: by === null ? null : T0 + by })),
  fc.constantFrom('a', 'b').map((title) => ({ title })),
  fc.constantFrom('speaker_view' as const, 'gallery_view' as const).map((layout) => ({ settings: { layout } })),
  fc.constant({ destination: null }),
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(1, 100, 1_000, 5_000, 10_000, 30_000, 61_000, 3_600_000)
      .map((ms): Operation => ({ do: 'pass', ms })),
  },
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 40).map((by): Operation => ({ do: 'next job', by })) },
  {
    weight: 12,
    arbitrary: fc
      .record({ which, action, shows, stale: fc.nat({ max: 15 }).map((n) => n === 0) })
      .map((job): Operation => ({ do: 'job', ...job })),
  },
  {
    weight: 9,
    arbitrary: fc.record({ which, result: outcome }).map((answer): Operation => ({ do: 'answer', ...answer })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ which, dead: fc.boolean() }).map((lease): Operation => ({ do: 'lease', ...lease })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        what: fc.constantFrom<ZoomEvent['what']>(
          'meeting_started',
          'meeting_ended',
          'stream_started',
          'stream_stopped',
          'deleted',
          'updated',
          'other',
        ),
        age: fc.constantFrom(0, 200, 3_000, 60_000, 5_100_000),
        uuid: fc.constantFrom(null, 'u1', 'u2'),
        service: fc.constantFrom(OUR_SERVICE, OUR_SERVICE, null, 'YouTube'),
        operator: fc.boolean(),
        moved: fc.constantFrom(-60_000, 20_000, 5_400_000),
      })
      .map((event): Operation => ({ do: 'event', ...event })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ which, name: fc.constantFrom('cancel' as const, 'stop' as const, 'start' as const, 'retry' as const) })
      .map((command): Operation => ({ do: 'command', ...command })),
  },
  { weight: 2, arbitrary: fc.record({ which, change }).map((one): Operation => ({ do: 'change', ...one })) },
  { weight: 3, arbitrary: which.map((one): Operation => ({ do: 'deadline', which: one })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, 5_000, 45_000, 3_600_000).map((ms): Operation => ({ do: 'pause', ms })),
  },
  { weight: 1, arbitrary: fc.constant<Operation>({ do: 'resume' }) },
);

/** Histories of up to 60 happenings. */
export const operations = fc.array(operation, { maxLength: 60, size: 'max' });

const before: commands.StartBefore = (plan) =>
  startBefore(plan, plan.startWindow === null ? null : Number(plan.startWindow), 7_200_000);

export interface Plan {
  kind: 'meeting' | 'webinar';
  startIn: number;
  lasts: number | null;
  window: number | null;
  destination: boolean;
  /** Default: restart. */
  onDrop?: 'restart' | 'leave';
  /** Default: warn. */
  onMove?: 'warn' | 'follow';
}

export const plans = fc
  .record({
    kind: fc.constantFrom('meeting' as const, 'webinar' as const),
    startIn: fc.constantFrom(0, 1_000, 10_000),
    lasts: fc.constantFrom(null, 40_000, 120_000, 5_400_000),
    window: fc.constantFrom(null, null, 35_000, 600_000),
    destination: fc.boolean(),
    onDrop: fc.constantFrom('restart' as const, 'leave' as const),
    onMove: fc.constantFrom('warn' as const, 'follow' as const),
  })
  .chain((first) =>
    fc
      .record({ follows: fc.boolean(), gap: fc.constantFrom(0, 5_000), lasts: fc.constantFrom(null, 60_000) })
      .map(({ follows, gap, lasts }): Plan[] => {
        const end = first.lasts ?? first.window ?? 7_200_000;
        return follows ? [first, { ...first, startIn: first.startIn + end + gap, lasts, window: null }] : [first];
      }),
  );

export function broadcastOf(plan: Plan, id: string): Broadcast {
  const startAt = T0 + plan.startIn;
  const stopAt = plan.lasts === null ? null : startAt + plan.lasts;
  const startWindow = plan.window === null ? null : String(plan.window);
  const destination = plan.destination ? { streamUrl: 'rtmps://a', sealedStreamKey: 'k', pageUrl: 'https://a' } : null;
  return {
    ...{ id, meetingId: '68423085', kind: plan.kind, account: 'default', title: null, timezone: null, settings: {} },
    ...{ startAt, stopAt, startWindow, destination, startBefore: before({ startAt, stopAt, startWindow }) },
    ...{ status: 'scheduled', reason: null, revision: 1, externalId: null, labels: {}, seriesId: null, source: null },
    ...{ warnings: [], createdAt: T0, updatedAt: T0, version: 1 },
    ...{ onDrop: plan.onDrop ?? 'restart', onMove: plan.onMove ?? 'warn', plannedAt: T0 },
    ...initialState(),
  };
}

/** Lets one thing happen; one that does not fit the moment (an answer to nothing) is left out. */
export function happen(model: Model, operation: Operation): unknown {
  const ids = [...model.broadcasts.keys()];
  const idOf = (n: number) => ids[n % ids.length] as string;
  switch (operation.do) {
    case 'pass':
      return model.pass(operation.ms);
    case 'next job': {
      const moments = ids
        .flatMap((id) => expectedTimers(model.get(id)).map(({ at }) => at))
        .filter((at) => at > model.now);
      return moments.length > 0 ? model.pass(Math.min(...moments) - model.now + operation.by) : undefined;
    }
    case 'job':
      model.runJob(idOf(operation.which), operation.action, operation.shows, operation.stale ? 1 : 0);
      return;
    case 'answer': {
      const flight = model.flights[operation.which % Math.max(1, model.flights.length)];
      if (!flight) return;
      const { result } = operation;
      const until = result.kind === 'rate_limited' ? { until: Math.max(result.until, model.now + 1_000) } : {};
      return model.answer(flight, { ...result, ...until } as Outcome);
    }
    case 'lease': {
      const flight = model.flights[operation.which % Math.max(1, model.flights.length)];
      return flight ? model.loseLease(flight, operation.dead) : undefined;
    }
    case 'event':
      return model.applyZoomEvent(zoomEventOf(operation, model.now));
    case 'command':
      return obey(model, idOf(operation.which), operation.name);
    case 'change':
      return model.command(idOf(operation.which), `change ${JSON.stringify(operation.change)} of`, (snapshot) =>
        commands.change(snapshot.broadcast, operation.change, model.now, 'api:test', before),
      );
    case 'deadline':
      return model.deadline(idOf(operation.which));
    case 'pause':
      return model.pause(operation.ms === null ? null : model.now + operation.ms, 'fire drill');
    case 'resume':
      return model.resume();
  }
}

/** A command of a person without anything to say. */
export function obey(model: Model, id: string, name: 'cancel' | 'stop' | 'start' | 'retry'): void {
  model.command(id, name, (snapshot) => {
    const { broadcast, meeting, now } = snapshot;
    if (name === 'cancel') return commands.cancel(broadcast, now, 'api:test');
    if (name === 'stop') return commands.stop(broadcast, now, 'api:test');
    const decision =
      name === 'start'
        ? commands.start(broadcast, meeting, now, 'api:test', before)
        : commands.retry(broadcast, now, 'api:test', before);
    if (decision) requireNoPause(snapshot);
    return decision;
  });
}

function zoomEventOf(event: Extract<Operation, { do: 'event' }>, now: number): ZoomEvent {
  const { what, age, uuid, service, operator = false, moved = 0 } = event;
  const movedTo = what === 'updated' ? T0 + 5_000 + moved : null;
  const ours = what === 'stream_started' || what === 'stream_stopped' ? service : null;
  return {
    ...{ account: 'default', meetingId: '68423085', kind: 'meeting', what, at: now - age, uuid, service: ours },
    ...{ operator, occurrenceAt: null, movedTo, movedFrom: movedTo === null ? null : T0 + 5_000 },
  };
}
