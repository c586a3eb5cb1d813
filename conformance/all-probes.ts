import type { OpenQuestion, Probe } from './probe.ts';
import { EVENTS } from './probes/events.ts';
import { NOT_RUNNING } from './probes/not-running.ts';
import { REQUESTS } from './probes/requests.ts';
import { RUNNING_MEETING } from './probes/running-meeting.ts';
import { RUNNING_WEBINAR } from './probes/running-webinar.ts';
import { TOKENS } from './probes/tokens.ts';

/** In run order: probes that start nothing come first. */
export const PROBES: Probe[] = [
  ...TOKENS,
  ...REQUESTS,
  ...NOT_RUNNING,
  ...RUNNING_MEETING,
  ...RUNNING_WEBINAR,
  ...EVENTS,
];

/** Listed in every report, so that no one takes silence for an answer. */
export const OPEN_QUESTIONS: OpenQuestion[] = [
  {
    id: '5.practice-session',
    question: 'Does webinar.started fire for a practice session?',
    section: '10.5',
    why: 'needs a person: begin a practice session while `livestream watch` runs',
  },
  {
    id: '9.defaults',
    question: 'Which settings hold when left out?',
    section: '10.9',
    why: 'no request shows them: look at the picture',
  },
  {
    id: '7.limits',
    question: 'The answers beyond the rate limits',
    section: '7',
    why: 'they would use up what other apps of the account need',
  },
];
