import type { Probe, Seen } from '../probe.ts';
import type { ZoomUnderTest } from '../zoom-under-test.ts';

const meetingOf = (zoom: ZoomUnderTest) => zoom.subjects.meeting as string;
const LIMITED =
  /^Too many requests submitted to start the live stream of this meeting: \d+\. If the live stream has not already started, retry making a new request after 30 seconds\.$/;

/** Starts the stream, unless we already have it on air, and stops it after `meanwhile`. */
async function onAir(zoom: ZoomUnderTest, meanwhile: () => Promise<Seen[]>): Promise<Seen[]> {
  const id = meetingOf(zoom);
  const start = await zoom.startWhenAllowed(id, 'meeting');
  const seen = await meanwhile();
  return [start, ...seen, await zoom.status(id, 'meeting', 'stop')];
}

/** Probes of a meeting in progress without a stream. */
export const RUNNING_MEETING: Probe[] = [
  {
    id: 'meeting.status',
    question: 'Does GET /meetings/{id} show a running meeting as started?',
    section: '4, 9',
    where: 'src/zoom/responses/classify.ts classifyMeetingStatus',
    needs: ['meeting'],
    starts: false,
    does: 'reads the meeting',
    assumed: ['200 started'],
    run: async (zoom) => [
      await zoom.raw('read', { method: 'GET', path: `/meetings/${meetingOf(zoom)}` }, ({ status }) => String(status)),
    ],
  },
  {
    id: 'meeting.configuration',
    question: 'What does the live stream configuration show?',
    section: '3',
    where: 'src/preflight/findings.ts targetFindings',
    needs: ['meeting'],
    starts: false,
    does: 'reads the live stream configuration',
    assumed: ['200 page_url stream_key stream_url'],
    run: async (zoom) => {
      const path = `/meetings/${meetingOf(zoom)}/livestream`;
      const { resolution: _optional, ...fields } = await zoom.body(path);
      return [await zoom.raw('read', { method: 'GET', path }, () => Object.keys(fields).sort().join(' ') || 'empty')];
    },
  },
  {
    id: '3.stop-without-stream',
    question: 'stop while the meeting runs without a stream',
    section: '10.3',
    where: 'sandbox/meeting-model.ts stop; src/broadcasts/rules/on-stop-response.ts',
    needs: ['meeting'],
    starts: false,
    does: 'sends a stop to the meeting, which must not be streaming',
    assumed: ['204 accepted'],
    run: async (zoom) => [await zoom.status(meetingOf(zoom), 'meeting', 'stop')],
  },
  {
    id: 'meeting.mode-without-stream',
    question: 'mode while the meeting runs without a stream',
    section: '1.1',
    where: 'sandbox/meeting-model.ts changeMode',
    needs: ['meeting'],
    starts: false,
    does: 'asks for the gallery view without a stream',
    assumed: ['204 accepted'],
    run: async (zoom) => [
      await zoom.status(meetingOf(zoom), 'meeting', 'mode', { settings: { layout: 'gallery_view' } }),
    ],
  },
  {
    id: 'meeting.action-word',
    question: 'Is an action word in capitals refused as a bad field?',
    section: '1.1',
    where: 'sandbox/request-checks.ts checkStatusBody; src/zoom/responses/response-table.ts BAD_BODY',
    needs: ['meeting'],
    starts: true,
    does: 'sends the action `Start`, which Zoom should refuse',
    assumed: ['400/300 refused validation_failed'],
    run: async (zoom) => [await zoom.rawStatus(meetingOf(zoom), 'meeting', { action: 'Start' })],
  },
  {
    id: 'meeting.display-name',
    question: 'Is a display name of 51 characters refused?',
    section: '1.1',
    where: 'src/validation/broadcast-schema.ts; sandbox/request-checks.ts checkStatusBody',
    needs: ['meeting'],
    starts: true,
    does: 'sends a start with a display name that Zoom should refuse',
    assumed: ['400/300 refused validation_failed'],
    run: async (zoom) => {
      const settings = { active_speaker_name: true, display_name: 'x'.repeat(51) };
      return [await zoom.rawStatus(meetingOf(zoom), 'meeting', { action: 'start', settings })];
    },
  },
  {
    id: 'meeting.start-stop',
    question: 'start without settings, a new view on air, stop',
    section: '1.1',
    where: 'src/zoom/client.ts updateStatus',
    needs: ['meeting'],
    starts: true,
    does: 'starts the live stream, changes its view, stops it',
    assumed: ['204 accepted', '204 accepted', '204 accepted'],
    run: (zoom) =>
      onAir(zoom, async () => [
        await zoom.status(meetingOf(zoom), 'meeting', 'mode', { settings: { layout: 'speaker_view' } }),
      ]),
  },
  {
    id: '2.second-start',
    question: 'The answer to a second start within 30 s: code, text, headers',
    section: '10.2',
    where: 'src/zoom/responses/response-table.ts LIMIT_ROWS; sandbox/zoom-errors.ts startLimited',
    needs: ['meeting'],
    starts: true,
    does: 'starts the live stream, sends a second start at once, stops it',
    assumed: ['204 accepted', '429/429 start_limited', '204 accepted'],
    texts: { 1: LIMITED },
    run: (zoom) => onAir(zoom, async () => [await zoom.rawStatus(meetingOf(zoom), 'meeting', { action: 'start' })]),
  },
  {
    id: '2.stop-clears',
    question: 'Does a stop clear the 30 seconds?',
    section: '10.2',
    where: 'sandbox/meeting-model.ts stop; src/broadcasts (the start gate outlives a stop)',
    needs: ['meeting'],
    starts: true,
    does: 'starts the live stream, stops it, sends a start at once',
    assumed: ['204 accepted', '204 accepted', '429/429 start_limited'],
    run: async (zoom) => [
      ...(await onAir(zoom, async () => [])),
      await zoom.rawStatus(meetingOf(zoom), 'meeting', { action: 'start' }),
    ],
  },
  {
    id: '1.start-on-air',
    question: 'start while already streaming, after more than 30 s',
    section: '10.1',
    where: 'sandbox/meeting-model.ts start (startWhileStreaming); src/broadcasts/rules/next-step.ts',
    needs: ['meeting'],
    starts: true,
    does: 'starts the live stream, sends another start when the 30 s are over, stops it',
    assumed: ['204 accepted', '204 accepted', '204 accepted'],
    run: (zoom) => onAir(zoom, async () => [await zoom.startWhenAllowed(meetingOf(zoom), 'meeting')]),
  },
  {
    id: '9.multipart',
    question: 'Is multipart still accepted?',
    section: '10.9',
    where: 'src/zoom/client.ts multipart (ZOOM_REQUEST_FORMAT)',
    needs: ['meeting'],
    starts: true,
    does: 'starts and stops the live stream with form data',
    assumed: ['204 accepted', '204 accepted'],
    run: async (zoom) => {
      const id = meetingOf(zoom);
      await zoom.waitForGate(id);
      const settings = { layout: 'speaker_view' as const };
      const start = await zoom.status(id, 'meeting', 'start', { multipart: true, settings });
      return [start, await zoom.status(id, 'meeting', 'stop', { multipart: true })];
    },
  },
  {
    id: '9.uuid',
    question: 'Does the path accept a UUID?',
    section: '10.9',
    where: 'src/zoom/client.ts (numbers only); sandbox/zoom-endpoints.ts ID',
    needs: ['meeting'],
    starts: false,
    does: 'sends a stop under the UUID of the meeting',
    assumed: ['400/300 refused invalid_meeting_id'],
    run: async (zoom) => {
      const { uuid } = await zoom.body(`/meetings/${meetingOf(zoom)}`);
      const twice = encodeURIComponent(encodeURIComponent(String(uuid)));
      return [await zoom.rawStatus(twice, 'meeting', { action: 'stop' })];
    },
  },
];
