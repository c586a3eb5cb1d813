import type { BroadcastKind } from '../../src/broadcasts/broadcast.ts';
import type { Delivery, EventReceiver } from '../event-receiver.ts';
import type { Probe, Seen } from '../probe.ts';
import type { ZoomUnderTest } from '../zoom-under-test.ts';

const RETRY_WITHIN_MS = 7 * 60_000;
/** From TEST-NET-1: no host answers there. */
const UNREACHABLE = 'rtmp://192.0.2.1/live';

const receiverOf = (zoom: ZoomUnderTest) => zoom.events as EventReceiver;
const isStream = (what: 'started' | 'stopped', meetingId: string) => (one: Delivery) =>
  one.zoomEvent.event === `meeting.live_streaming_${what}` && one.zoomEvent.meetingId === meetingId;

function shown(step: string, delivery: Delivery | null): Seen {
  if (!delivery) return { step, short: 'no event', message: null, headers: {} };
  const { event, service, operator } = delivery.zoomEvent;
  return {
    step,
    short: `${event} ${service ?? 'no service'}${operator ? ' operator' : ''}`,
    message: null,
    headers: {},
  };
}

/** Starts and stops the stream, and waits for the event of each. */
async function eventsOf(zoom: ZoomUnderTest, meetingId: string, kind: BroadcastKind): Promise<Seen[]> {
  await zoom.waitForGate(meetingId);
  const seen: Seen[] = [];
  for (const [action, what] of [
    ['start', 'started'],
    ['stop', 'stopped'],
  ] as const) {
    const since = Date.now();
    await zoom.status(meetingId, kind, action);
    const event = await zoom.event(isStream(what, meetingId), since);
    seen.push(shown(`event after the ${action}`, event));
  }
  return seen;
}

async function pointedNowhere(zoom: ZoomUnderTest, id: string): Promise<Seen[]> {
  const path = `/meetings/${id}/livestream`;
  const { stream_url, stream_key, page_url, resolution } = await zoom.body(path);
  if (!stream_url || !stream_key || !page_url)
    return [{ step: 'configuration', short: 'none that could be put back', message: null, headers: {} }];
  zoom.keepSecret(String(stream_key));
  const configure = (body: Record<string, unknown>) => zoom.raw('configure', { method: 'PATCH', path, body });
  const putBack = zoom.inTheEnd(async () => {
    const { short } = await configure({ stream_url, stream_key, page_url, ...(resolution ? { resolution } : {}) });
    if (short !== '204') throw new Error(`the live stream of meeting ${id} still points to ${UNREACHABLE}: ${short}`);
  });
  const configured = await configure({ stream_url: UNREACHABLE, stream_key: 'conformance', page_url });
  const since = Date.now();
  const start = await zoom.startWhenAllowed(id, 'meeting');
  const end = await zoom.event(isStream('stopped', id), since);
  await zoom.status(id, 'meeting', 'stop');
  await putBack();
  return [configured, start, shown('event without a stop', end)];
}

/** Probes of Zoom's events. They need a public address that leads to this machine. */
export const EVENTS: Probe[] = [
  {
    id: 'events.meeting',
    question: 'The events of a start and a stop by the API: which service, is an operator named?',
    section: '5.1',
    where: 'src/broadcasts/rules/stream-drop.ts shouldRestart (a stop that names nobody is a drop)',
    needs: ['events', 'meeting'],
    starts: true,
    does: 'starts the live stream, waits for its event, stops it, waits for the event of its end',
    assumed: [
      'meeting.live_streaming_started Custom_Live_Streaming_Service operator',
      'meeting.live_streaming_stopped Custom_Live_Streaming_Service operator',
    ],
    run: (zoom) => eventsOf(zoom, zoom.subjects.meeting as string, 'meeting'),
  },
  {
    id: '5.webinar-events',
    question: 'Do meeting.live_streaming_* events fire for webinars?',
    section: '10.5',
    where: 'sandbox/meeting-model.ts streamEvent; src/broadcasts (a webinar that stays unconfirmed is no alert)',
    needs: ['events', 'webinar'],
    starts: true,
    does: 'starts and stops the live stream of the webinar and waits for events after each',
    assumed: ['no event', 'no event'],
    run: (zoom) => eventsOf(zoom, zoom.subjects.webinar as string, 'webinar'),
  },
  {
    id: '6.unreachable',
    question: 'Does a failed RTMP connection raise live_streaming_stopped?',
    section: '10.6',
    where: 'src/broadcasts/rules/on-deadline.ts (alert.unconfirmed after 60 s without an event)',
    needs: ['events', 'meeting'],
    starts: true,
    does: 'points the meeting`s live stream to an address where nobody answers, starts it, waits for its end, puts the address back',
    assumed: ['204', '204 accepted', 'no event'],
    run: (zoom) => pointedNowhere(zoom, zoom.subjects.meeting as string),
  },
  {
    id: '7.retried-delivery',
    question: 'Does a retried webhook carry a new timestamp and a signature that fits it?',
    section: '10.7',
    where: 'src/zoom/events/signature.ts (the age of the timestamp is not judged)',
    needs: ['events', 'meeting', 'patience'],
    starts: true,
    does: 'answers 503 to the event of a start and waits up to seven minutes for it to come again',
    assumed: ['a new timestamp'],
    run: async (zoom) => {
      const id = zoom.subjects.meeting as string;
      const events = receiverOf(zoom);
      const since = Date.now();
      await zoom.waitForGate(id);
      events.refuseNext = 'meeting.live_streaming_started';
      await zoom.status(id, 'meeting', 'start');
      const refused = await zoom.event((one) => one.answered === 503, since);
      await zoom.status(id, 'meeting', 'stop');
      const again = (one: Delivery) => one.answered !== 503 && one.zoomEvent.eventTs === refused?.zoomEvent.eventTs;
      const second = refused && (await zoom.event(again, refused.receivedAt, RETRY_WITHIN_MS));
      const short = second ? `${second.timestamp === refused.timestamp ? 'the same' : 'a new'} timestamp` : 'no retry';
      return [{ step: 'second delivery', short, message: null, headers: {} }];
    },
  },
];
