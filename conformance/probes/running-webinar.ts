import type { Probe } from '../probe.ts';
import type { ZoomUnderTest } from '../zoom-under-test.ts';

const webinarOf = (zoom: ZoomUnderTest) => zoom.subjects.webinar as string;

/** Probes of a webinar in progress without a stream. */
export const RUNNING_WEBINAR: Probe[] = [
  {
    id: 'webinar.status',
    question: 'Does GET /webinars/{id} show no status?',
    section: '4',
    where: 'src/broadcasts/rules/next-step.ts (a webinar has no status to check)',
    needs: ['webinar'],
    starts: false,
    does: 'reads the webinar',
    assumed: ['200 no status'],
    run: async (zoom) => {
      const path = `/webinars/${webinarOf(zoom)}`;
      const what = ({ status }: Record<string, unknown>) => (status === undefined ? 'no status' : String(status));
      return [await zoom.raw('read', { method: 'GET', path }, what)];
    },
  },
  {
    id: 'webinar.on-the-meeting-path',
    question: 'The number of a webinar on the path of meetings',
    section: '1.1, 2',
    where: 'src/zoom/responses/response-table.ts IS_WEBINAR',
    needs: ['webinar'],
    starts: false,
    does: 'sends a stop to the webinar on the path of meetings',
    assumed: ['400/3000 check_first is_a_webinar'],
    run: async (zoom) => [await zoom.rawStatus(webinarOf(zoom), 'meeting', { action: 'stop' })],
  },
  {
    id: '3.webinar-stop-without-stream',
    question: 'stop while the webinar runs without a stream',
    section: '10.3',
    where: 'sandbox/meeting-model.ts stop',
    needs: ['webinar'],
    starts: false,
    does: 'sends a stop to the webinar, which must not be streaming',
    assumed: ['204 accepted'],
    run: async (zoom) => [await zoom.status(webinarOf(zoom), 'webinar', 'stop')],
  },
  {
    id: 'webinar.mode',
    question: 'Is mode refused for webinars?',
    section: '1.2',
    where: 'sandbox/request-checks.ts checkStatusBody',
    needs: ['webinar'],
    starts: false,
    does: 'asks the webinar for another view',
    assumed: ['400/300 refused validation_failed'],
    run: async (zoom) => [await zoom.rawStatus(webinarOf(zoom), 'webinar', { action: 'mode' })],
  },
  {
    id: '2.webinar-second-start',
    question: 'Do webinars have the 30-second rule, and with which text?',
    section: '10.2',
    where: 'src/zoom/responses/response-table.ts LIMIT_ROWS; sandbox/zoom-errors.ts startLimited',
    needs: ['webinar'],
    starts: true,
    does: 'starts the live stream of the webinar, sends a second start at once, stops it',
    assumed: ['204 accepted', '429/429 start_limited', '204 accepted'],
    run: async (zoom) => {
      const id = webinarOf(zoom);
      const start = await zoom.startWhenAllowed(id, 'webinar');
      const second = await zoom.rawStatus(id, 'webinar', { action: 'start' });
      return [start, second, await zoom.status(id, 'webinar', 'stop')];
    },
  },
];
