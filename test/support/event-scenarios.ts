import type { BroadcastStatus } from '../../src/broadcasts/broadcast.ts';
import type { MeetingState } from '../../src/broadcasts/decision.ts';

/**
 * What happens to a meeting, as Zoom reports it, and what must be known of it in the end, in whatever order it is heard.
 * Not among them: a stream that was stopped in Zoom and began again before the stop was heard, and one that a host began and
 * ended while our start had not left. Of both the late event is older than what is known, so that it changes nothing (rule 14).
 */
export interface Scenario {
  name: string;
  kind: 'meeting' | 'webinar';
  /** The broadcast of the meeting before the first event; `none`: nobody has planned one. */
  begins: 'scheduled' | 'waiting' | 'live' | 'none';
  events: Posted[];
  ends: Ends;
}

/** One event: `at` in seconds after the broadcast was due. */
export interface Posted {
  at: number;
  event: string;
  object: Record<string, unknown>;
  payload: Record<string, unknown>;
}

export interface Ends extends Pick<MeetingState, 'stream' | 'running'> {
  status: BroadcastStatus | null;
  /** Zoom said that the stream is on: looked at while the broadcast is live. */
  confirmed?: boolean;
  warnings?: string[];
}

const OURS = 'Custom_Live_Streaming_Service';
const PERSON = { operator: 'host@example.com', operator_id: 'host' };

const posted = (at: number, event: string, object: object = {}, payload: object = {}): Posted => ({
  at,
  event,
  object: { uuid: 'first', ...object },
  payload: { ...payload },
});
const second = { uuid: 'second' };
const started = (at: number, of: object = {}) => posted(at, 'meeting.started', of);
const ended = (at: number, of: object = {}) => posted(at, 'meeting.ended', of);
const stream = (service: string) => ({ live_streaming: { service } });
const on = (at: number, of: object = {}, service = OURS) =>
  posted(at, 'meeting.live_streaming_started', { ...stream(service), ...of }, PERSON);
const stopped = (at: number, of: object = {}, service = OURS) =>
  posted(at, 'meeting.live_streaming_stopped', { ...stream(service), ...of }, PERSON);
/** Nobody is named as its cause. */
const dropped = (at: number) => posted(at, 'meeting.live_streaming_stopped', stream(OURS));
const updated = (at: number, object: object) => posted(at, 'meeting.updated', object, PERSON);

const ON = { stream: 'on', running: 'yes' } as const;
const OFF = { stream: 'off', running: 'yes' } as const;
const OVER = { stream: 'off', running: 'no' } as const;
const NOTHING = { stream: 'unknown', running: 'unknown' } as const;

function scenario(
  name: string,
  begins: Scenario['begins'],
  events: Posted[],
  ends: Ends,
  kind: Scenario['kind'] = 'meeting',
): Scenario {
  const renamed = events.map((one) => ({ ...one, event: one.event.replace(/^meeting/, kind) }));
  return { name, kind, begins, events: renamed, ends };
}

/** The broadcast goes live at 1 s: Zoom's answer. */
export const SCENARIOS: Scenario[] = [
  scenario('the host stops the stream', 'live', [started(-60), on(2), stopped(600), ended(700)], {
    status: 'ended',
    ...OVER,
  }),
  scenario('the meeting ends over the stream', 'live', [started(-60), on(2), ended(600)], { status: 'ended', ...OVER }),
  scenario('the stream drops', 'live', [started(-60), on(2), dropped(300)], {
    status: 'live',
    confirmed: true,
    ...OFF,
  }),
  scenario('the stream drops and comes back', 'live', [started(-60), on(2), dropped(300), on(330)], {
    status: 'live',
    confirmed: true,
    ...ON,
  }),
  scenario('the stream drops, and then the meeting ends', 'live', [started(-60), on(2), dropped(300), ended(301)], {
    status: 'ended',
    ...OVER,
  }),
  scenario('the meeting ends and begins anew', 'live', [started(-60), on(2), ended(600), started(603, second)], {
    status: 'ended',
    ...OFF,
  }),
  scenario('nothing but the confirmation', 'live', [on(2)], {
    status: 'live',
    confirmed: true,
    stream: 'on',
    running: 'unknown',
  }),
  scenario(
    'another service beside ours',
    'live',
    [started(-60), on(2), on(100, {}, 'YouTube'), stopped(200, {}, 'YouTube')],
    { status: 'live', confirmed: true, warnings: ['other_service'], ...ON },
  ),
  scenario('the host is late', 'waiting', [started(90)], { status: 'waiting', ...OFF }),
  scenario('the host is late and streams at once', 'waiting', [started(90), on(92)], {
    status: 'live',
    confirmed: true,
    ...ON,
  }),
  scenario('the host comes and goes', 'waiting', [started(90), ended(95)], { status: 'waiting', ...OVER }),
  scenario('the host comes, goes and comes again', 'waiting', [started(90), ended(95), started(97, second)], {
    status: 'waiting',
    ...OFF,
  }),
  scenario(
    'deleted while it waits',
    'waiting',
    [updated(80, { topic: 'x' }), posted(90, 'meeting.deleted', {}, PERSON)],
    {
      status: 'failed',
      ...NOTHING,
    },
  ),
  scenario('used by somebody before its time', 'scheduled', [started(1), on(2), stopped(60), ended(61)], {
    status: 'scheduled',
    ...OVER,
  }),
  scenario('streamed by somebody before its time', 'scheduled', [started(1), on(2)], { status: 'scheduled', ...ON }),
  scenario('moved', 'scheduled', [updated(5, { start_time: '2099-01-01T00:00:00Z' }), started(70)], {
    status: 'scheduled',
    warnings: ['meeting_moved'],
    ...OFF,
  }),
  scenario('deleted', 'scheduled', [updated(5, { topic: 'x' }), posted(9, 'meeting.deleted', {}, PERSON)], {
    status: 'failed',
    ...NOTHING,
  }),
  scenario(
    'another occurrence deleted',
    'scheduled',
    [
      posted(
        9,
        'meeting.deleted',
        { occurrences: [{ occurrence_id: '1000000000000' }] },
        { ...PERSON, operation: 'single' },
      ),
    ],
    { status: 'scheduled', ...NOTHING },
  ),
  scenario('the stop of the stream is never reported', 'none', [started(1), on(2), ended(60)], {
    status: null,
    ...OVER,
  }),
  scenario(
    'two uses, one after the other',
    'none',
    [started(1), on(2), stopped(60), ended(61), started(100, second), on(102, second)],
    { status: null, ...ON },
  ),
  scenario('two uses within seconds', 'none', [started(1), on(2), ended(60), started(61, second), on(63, second)], {
    status: null,
    ...ON,
  }),
  scenario('two uses, the end of the first never reported', 'none', [started(1), on(2), started(100, second)], {
    status: null,
    ...OFF,
  }),
  scenario('a webinar', 'live', [started(-60), ended(600)], { status: 'ended', ...OVER }, 'webinar'),
  scenario('a webinar that is late', 'waiting', [started(60)], { status: 'waiting', ...OFF }, 'webinar'),
];
