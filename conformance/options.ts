import { parseArgs } from 'node:util';

export interface Options {
  real: boolean;
  /** Nothing is asked before a stream is started. */
  yes: boolean;
  json: boolean;
  help: boolean;
  /** Also what takes minutes of waiting. */
  long: boolean;
  /** Only probes whose id begins with one of these. */
  only: string[];
  /** Null: no events. */
  webhookPort: number | null;
  eventWaitMs: number;
}

export const HELP = `npm run conformance -- [options]

Asks Zoom what our notes on its API assume, and prints what differs. Without options the sandbox is asked.

  --real                asks the Zoom of the environment: ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET, or
                        ZOOM_ACCESS_TOKEN; ZOOM_API_URL, ZOOM_OAUTH_URL, ZOOM_PLAN
  --yes                 starts live streams without asking before each
  --only ID             only questions whose id begins so; may be given again
  --webhook-port PORT   takes Zoom's events there (ZOOM_WEBHOOK_SECRET_TOKEN): the subscription of your test app must lead to it
  --event-wait SECONDS  how long an event is waited for (60)
  --long                also what takes minutes: a retried event
  --json                the report as JSON
  --help

What is asked of which meeting (numbers of a test account; what is not set is left out and said to be):

  CONFORMANCE_MEETING_ID           a meeting in progress, live streaming configured, not streaming
  CONFORMANCE_WAITING_MEETING_ID   a meeting that has not begun
  CONFORMANCE_ENDED_MEETING_ID     a meeting that is over
  CONFORMANCE_WEBINAR_ID           a webinar in progress, live streaming configured, not streaming
  CONFORMANCE_WAITING_WEBINAR_ID   a webinar that has not begun

Ends with 0 when all that was asked is as assumed, 1 when something differs, 2 when it could not run.
`;

/** Throws an `Error` that names what is wrong. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      real: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      'webhook-port': { type: 'string' },
      'event-wait': { type: 'string', default: '60' },
    },
  });
  const { real, yes, json, help, long, only } = values;
  const port = values['webhook-port'];
  const webhookPort = port === undefined ? null : numberOf('--webhook-port', port, 65_535);
  const eventWaitMs = numberOf('--event-wait', values['event-wait'], 3_600) * 1_000;
  return { real, yes, json, help, long, only, webhookPort, eventWaitMs };
}

function numberOf(name: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= most))
    throw new Error(`${name}: expected 0 to ${most}, got ${text}`);
  return value;
}
