import type { Probe, Seen } from '../probe.ts';
import type { ZoomUnderTest } from '../zoom-under-test.ts';

const MANY = 10;
const NOBODYS = '/meetings/99999999999';

function own(zoom: ZoomUnderTest) {
  const { credentials } = zoom.account;
  if (credentials.kind === 'token') throw new Error('no OAuth credentials');
  return { ...credentials, clientSecret: credentials.clientSecret.reveal() };
}

/** Whether the API accepts this token: the request names a meeting that does not exist. */
async function isTaken(zoom: ZoomUnderTest, step: string, token: string | null): Promise<Seen> {
  const seen = await zoom.raw(step, { method: 'GET', path: NOBODYS, token: token ?? 'none' });
  return { ...seen, short: seen.short.startsWith('404') ? 'taken' : seen.short };
}

/** Probes of the token endpoint. */
export const TOKENS: Probe[] = [
  {
    id: 'token.answer',
    question: 'Which token does Server-to-Server OAuth give, and for how long?',
    section: '6',
    where: 'src/zoom/tokens/token-endpoint.ts',
    needs: ['oauth'],
    starts: false,
    does: 'asks for a token',
    assumed: ['200 3600 s, bearer'],
    run: async (zoom) => [(await zoom.askForToken('token', own(zoom))).seen],
  },
  {
    id: 'token.wrong-secret',
    question: 'The answer to a wrong client secret',
    section: '6',
    where: 'src/zoom/tokens/token-endpoint.ts isRefusal',
    needs: ['oauth'],
    starts: false,
    does: 'asks for a token with a wrong client secret, once',
    assumed: ['400 invalid_client'],
    run: async (zoom) => [
      (await zoom.askForToken('token', { ...own(zoom), clientSecret: 'conformance-wrong-secret' })).seen,
    ],
  },
  {
    id: 'token.wrong-account',
    question: 'The answer to a wrong account id',
    section: '6',
    where: 'src/zoom/tokens/token-endpoint.ts adviceFor',
    needs: ['oauth'],
    starts: false,
    does: 'asks for a token with a wrong account id, once',
    assumed: ['400 invalid_request'],
    run: async (zoom) => [
      (await zoom.askForToken('token', { ...own(zoom), accountId: 'conformance-wrong-account' })).seen,
    ],
  },
  {
    id: '8.older-token',
    question: 'Does a new token end an older one?',
    section: '10.8',
    where: 'sandbox/tokens.ts issue; src/zoom/tokens/tokens.ts (one token for all processes, whatever the answer)',
    needs: ['oauth'],
    starts: false,
    does: 'asks for two tokens and reads with both, the older one last',
    assumed: ['taken', 'taken'],
    run: async (zoom) => {
      const older = await zoom.askForToken('token', own(zoom));
      const newer = await zoom.askForToken('token', own(zoom));
      return [await isTaken(zoom, 'newer token', newer.token), await isTaken(zoom, 'older token', older.token)];
    },
  },
  {
    id: '8.throttle',
    question: `Does the token endpoint throttle ${MANY} requests in a row?`,
    section: '10.8',
    where: 'src/zoom/tokens/tokens.ts ASK_AGAIN_AFTER_MS',
    needs: ['oauth'],
    starts: false,
    does: `asks for a token ${MANY} times`,
    assumed: [`200 × ${MANY}`],
    run: async (zoom) => {
      const statuses: string[] = [];
      for (let i = 0; i < MANY; i += 1)
        statuses.push((await zoom.askForToken('token', own(zoom))).seen.short.slice(0, 3));
      const refused = statuses.findIndex((status) => status !== '200');
      const short = refused < 0 ? `200 × ${MANY}` : `${statuses[refused]} at request ${refused + 1}`;
      return [{ step: 'tokens', short, message: null, headers: {} }];
    },
  },
];
