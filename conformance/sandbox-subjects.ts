import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { SUBJECT_VARIABLES } from './subjects.ts';

/** The sandbox's 30-second rule, ms: a second start must leave within it, even on a busy machine. */
const START_RETRY_MS = 400;
const CREDENTIALS = { accountId: 'conformance', clientId: 'conformance', clientSecret: 'conformance-client-secret' };

/** Each subject's number and the state of its meeting. */
const SUBJECTS = {
  meeting: ['92000000001', { state: 'started' }],
  waitingMeeting: ['92000000002', { state: 'waiting' }],
  endedMeeting: ['92000000003', { state: 'ended' }],
  webinar: ['92000000004', { kind: 'webinar', state: 'started' }],
  waitingWebinar: ['92000000005', { kind: 'webinar', state: 'waiting' }],
} as const;

/** A sandbox with a meeting for every probe, and the environment that points to it. */
export async function sandboxWithSubjects(): Promise<{ sandbox: Sandbox; env: Record<string, string> }> {
  const sandbox = await startSandbox({
    plan: 'none',
    credentials: [CREDENTIALS],
    autoMeetings: false,
    startRetryMs: START_RETRY_MS,
    startedEventDelayMs: 20,
    stoppedEventDelayMs: 20,
    webhookSecret: 'conformance-webhook-secret',
  });
  for (const [id, traits] of Object.values(SUBJECTS)) await control(sandbox, 'PUT', `meetings/${id}`, traits);
  const numbers = Object.entries(SUBJECTS).map(([subject, [id]]) => [SUBJECT_VARIABLES[subject as 'meeting'], id]);
  const env = {
    ZOOM_API_URL: sandbox.apiUrl,
    ZOOM_OAUTH_URL: sandbox.oauthUrl,
    ZOOM_ACCOUNT_ID: CREDENTIALS.accountId,
    ZOOM_CLIENT_ID: CREDENTIALS.clientId,
    ZOOM_CLIENT_SECRET: CREDENTIALS.clientSecret,
    ZOOM_WEBHOOK_SECRET_TOKEN: 'conformance-webhook-secret',
    ZOOM_PLAN: 'business',
    START_RETRY_MS: String(START_RETRY_MS),
    ...Object.fromEntries(numbers),
  };
  return { sandbox, env };
}

/** Calls the sandbox's control API; throws on an error. */
export async function control(
  sandbox: Pick<Sandbox, 'url'>,
  method: string,
  path: string,
  body: unknown,
): Promise<void> {
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`sandbox: ${method} ${path}: ${response.status} ${await response.text()}`);
}
