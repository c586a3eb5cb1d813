import type { Probe } from '../probe.ts';

/** Eleven digits that are unlikely to be anyone's meeting. */
const NOBODYS = '99999999999';

/** Probes that need neither a meeting nor a webinar. */
export const REQUESTS: Probe[] = [
  {
    id: 'nobody.meeting',
    question: 'A meeting that does not exist',
    section: '1.1',
    where: 'src/zoom/responses/response-table.ts (3001)',
    needs: [],
    starts: false,
    does: 'sends a stop to a meeting that does not exist',
    assumed: ['404/3001 refused meeting_not_found'],
    texts: { 0: /^Meeting does not exist: \d+\.$/ },
    run: async (zoom) => [await zoom.rawStatus(NOBODYS, 'meeting', { action: 'stop' })],
  },
  {
    id: 'nobody.webinar',
    question: 'A webinar that does not exist',
    section: '1.2',
    where: 'src/zoom/responses/response-table.ts (3001)',
    needs: [],
    starts: false,
    does: 'sends a stop to a webinar that does not exist',
    assumed: ['404/3001 refused meeting_not_found'],
    run: async (zoom) => [await zoom.rawStatus(NOBODYS, 'webinar', { action: 'stop' })],
  },
  {
    id: 'request.number',
    question: 'A meeting number that is none',
    section: '1.1',
    where: 'src/zoom/responses/response-table.ts INVALID_ID',
    needs: [],
    starts: false,
    does: 'sends a stop to the meeting `abc`',
    assumed: ['400/300 refused invalid_meeting_id'],
    run: async (zoom) => [await zoom.rawStatus('abc', 'meeting', { action: 'stop' })],
  },
  {
    id: 'request.category',
    question: 'Does an ordinary answer carry X-RateLimit-Category: Light?',
    section: '7',
    where: 'src/zoom/rate-limits.ts (all our requests but one count as Light)',
    needs: [],
    starts: false,
    does: 'reads a meeting that does not exist',
    assumed: ['Light'],
    run: async (zoom) => {
      const seen = await zoom.raw('read', { method: 'GET', path: `/meetings/${NOBODYS}` });
      return [{ ...seen, short: seen.headers['x-ratelimit-category'] ?? 'no such header' }];
    },
  },
  {
    id: 'request.token',
    question: 'The answer to a token that is none',
    section: '6',
    where: 'src/zoom/responses/response-table.ts (124, 401)',
    needs: [],
    starts: false,
    does: 'reads a meeting with a wrong token',
    assumed: ['401/124'],
    texts: { 0: /^Invalid access token\.$/ },
    run: async (zoom) => [
      await zoom.raw('read', { method: 'GET', path: `/meetings/${NOBODYS}`, token: 'conformance-no-token' }),
    ],
  },
  {
    id: 'request.me',
    question: 'Is `me` nobody behind a Server-to-Server token?',
    section: '6',
    where: 'sandbox/zoom-endpoints.ts userSettings',
    needs: ['oauth'],
    starts: false,
    does: 'reads the settings of `me`',
    assumed: ['404/1001'],
    run: async (zoom) => [await zoom.raw('read', { method: 'GET', path: '/users/me/settings' })],
  },
];
