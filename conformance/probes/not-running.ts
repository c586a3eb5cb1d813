import type { BroadcastKind } from '../../src/broadcasts/broadcast.ts';
import type { Need, Probe } from '../probe.ts';
import type { Subjects } from '../subjects.ts';

const MEETING_TEXT = /^Meeting \d+ has not started\.$/;
/** The number has thousands separators. */
const WEBINAR_TEXT = /^Webinar \d{1,3}(,\d{3})+ has not started\.$/;

function refused(
  id: string,
  section: string,
  about: string,
  subject: keyof Subjects & Need,
  kind: BroadcastKind,
  action: 'start' | 'stop',
): Probe {
  return {
    id: `${id}-${action}`,
    question: `${action} of ${about}: which code, which text?`,
    section,
    where: 'src/zoom/responses/response-table.ts NOT_STARTED; sandbox/zoom-errors.ts notStarted',
    needs: [subject],
    starts: action === 'start',
    does: `sends a ${action}, which Zoom should refuse`,
    assumed: [kind === 'webinar' ? '400/200 not_started' : '400/4927 not_started'],
    texts: { 0: kind === 'webinar' ? WEBINAR_TEXT : MEETING_TEXT },
    run: async (zoom) => [await zoom.rawStatus(zoom.subjects[subject] as string, kind, { action })],
  };
}

/** Probes of meetings and webinars that have not begun, or are over. */
export const NOT_RUNNING: Probe[] = [
  {
    id: 'waiting.status',
    question: 'Does GET /meetings/{id} show a meeting that has not begun as waiting?',
    section: '4, 9',
    where: 'src/zoom/responses/classify.ts classifyMeetingStatus',
    needs: ['waitingMeeting'],
    starts: false,
    does: 'reads the meeting',
    assumed: ['200 waiting'],
    run: async (zoom) => {
      const path = `/meetings/${zoom.subjects.waitingMeeting}`;
      return [await zoom.raw('read', { method: 'GET', path }, ({ status }) => String(status))];
    },
  },
  refused('4.not-begun', '10.4', 'a meeting that has not begun', 'waitingMeeting', 'meeting', 'start'),
  refused('4.not-begun', '10.4', 'a meeting that has not begun', 'waitingMeeting', 'meeting', 'stop'),
  refused('3.over', '10.3', 'a meeting that is over', 'endedMeeting', 'meeting', 'start'),
  refused('3.over', '10.3', 'a meeting that is over', 'endedMeeting', 'meeting', 'stop'),
  refused('webinar.not-begun', '2', 'a webinar that has not begun', 'waitingWebinar', 'webinar', 'start'),
  refused('webinar.not-begun', '2', 'a webinar that has not begun', 'waitingWebinar', 'webinar', 'stop'),
];
