import { startSandbox } from '../../../sandbox/sandbox.ts';
import { newMeetingId, type SandboxRequest, type Shown } from '../../support/installation.ts';
import { type Process, startProcess } from '../../support/livestream-process.ts';
import type { Topology } from '../../support/redis-topology.ts';
import { ask } from '../../support/sandbox-client.ts';
import { until } from '../../support/wait-for.ts';

/** What one run saw. */
export interface RushReport {
  broadcasts: Shown[];
  /** Accepted requests of each meeting, such as `start`, `stop`. */
  accepted: Map<string, string[]>;
  /** Meetings with a start whose outcome nobody knew: the worker died before it could write it down (rule 7). */
  unknown: Set<string>;
  /** Requests that came before their due moment, of any meeting. */
  early: number;
  /** From the fault to the first broadcast that went live after it, ms. */
  recoveryMs: number | null;
  /** The latest start and stop, ms. */
  latest: { start: number; stop: number };
}

export interface RushOptions {
  broadcasts: number;
  /** How far apart the starts are, ms. */
  spreadMs: number;
  /** How long each is on air, ms. */
  onAirMs: number;
  /** Done when the first are live. `url`: the API. */
  fault?: (workers: Process[], url: string) => Promise<void>;
}

const SECRET = 'topology-secret';
/** Shorter than any of them is on air: a start that died with its worker gets its second one in time. */
const START_RETRY_MS = 2_000;

/** An API and two workers on a topology: schedules, lets things go wrong, waits until all have ended. */
export async function rush(topology: Topology, options: RushOptions): Promise<RushReport> {
  const sandbox = await startSandbox({ plan: 'none', startRetryMs: START_RETRY_MS, webhookSecret: SECRET });
  const env = {
    REDIS_URL: topology.url,
    REDIS_PREFIX: 'topology',
    PORT: '0',
    ZOOM_API_URL: sandbox.apiUrl,
    ZOOM_OAUTH_URL: sandbox.oauthUrl,
    ZOOM_ACCESS_TOKEN: 'any',
    ZOOM_PLAN: 'business',
    START_RETRY_MS: String(START_RETRY_MS),
    ZOOM_WEBHOOK_SECRET_TOKEN: SECRET,
    LOG_FORMAT: 'json',
    ...topology.env,
  };
  const processes: Process[] = [];
  try {
    const [api, ...workers] = await Promise.all([
      startProcess('api', env),
      startProcess('worker', env),
      startProcess('worker', env),
    ]);
    processes.push(api, ...workers);
    const url = String(api.report.url);
    await ask('PATCH', `${sandbox.url}/_sandbox/settings`, { webhookUrl: `${url}/v1/zoom/webhooks` }, {});
    return await run(url, sandbox.url, workers, options);
  } catch (error) {
    const said = processes.map((one) => one.output().slice(-3_000)).join('\n---\n');
    throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
  } finally {
    await Promise.all(processes.map((one) => one.kill('SIGKILL')));
    await sandbox.close();
  }
}

async function run(url: string, sandboxUrl: string, workers: Process[], options: RushOptions): Promise<RushReport> {
  const planned = await schedule(url, options);
  const look = () => Promise.all(planned.map(({ id }) => show(url, id)));
  let recoveryMs: number | null = null;
  if (options.fault) {
    await until('some are live', async () => (await show(url, planned[2]?.id ?? ''))?.status === 'live');
    const before = Date.now();
    await options.fault(workers, url);
    await until(
      'one goes live after the outage',
      async () => {
        const live = (await look()).find((one) => one?.startedAt && Date.parse(one.startedAt) > before);
        if (live?.startedAt) recoveryMs = Date.parse(live.startedAt) - before;
        return live;
      },
      60_000,
    );
  }
  const final = new Set(['ended', 'missed', 'failed', 'canceled']);
  const broadcasts = await until(
    'all have ended',
    async () => {
      const shown = await look();
      return shown.every((one) => one && final.has(one.status)) && (shown as Shown[]);
    },
    120_000,
  ).catch(async (error) => {
    const states = (await look()).map((one) => `${one?.id} ${one?.status} ${one?.reason}`);
    throw new Error(`${error.message}\n${states.join('\n')}`);
  });
  const { body } = await ask('GET', `${sandboxUrl}/_sandbox/requests`, undefined, {});
  const latest = {
    start: Math.max(...broadcasts.map(({ startLatenessMs }) => startLatenessMs ?? 0)),
    stop: Math.max(...broadcasts.map(({ stopLatenessMs }) => stopLatenessMs ?? 0)),
  };
  const unknown = new Set<string>();
  for (const { id, meetingId } of broadcasts) if (await isOutcomeUnknown(url, id)) unknown.add(meetingId);
  return { broadcasts, recoveryMs, latest, unknown, ...judge(body.requests, planned) };
}

async function schedule(url: string, { broadcasts, spreadMs, onAirMs }: RushOptions): Promise<Shown[]> {
  const first = Date.now() + 2_500;
  const plans = Array.from({ length: broadcasts }, (_, i) => {
    const startAt = first + i * spreadMs;
    const iso = (at: number) => new Date(at).toISOString();
    return { meetingId: newMeetingId(), startAt: iso(startAt), stopAt: iso(startAt + onAirMs) };
  });
  const reply = await ask('POST', `${url}/v1/broadcasts/batch`, { broadcasts: plans }, {});
  if (reply.status !== 201) throw new Error(`batch: ${reply.status} ${reply.text}`);
  return reply.body.broadcasts;
}

/** Null while Redis is away. */
async function show(url: string, id: string): Promise<Shown | null> {
  const reply = await ask('GET', `${url}/v1/broadcasts/${id}`, undefined, {});
  if (reply.status === 404) throw new Error(`broadcast ${id} is lost`);
  return reply.status === 200 ? reply.body : null;
}

async function isOutcomeUnknown(url: string, id: string): Promise<boolean> {
  const { body } = await ask('GET', `${url}/v1/broadcasts/${id}/history`, undefined, {});
  return body.history.some(({ reason }: { reason: string | null }) => reason?.startsWith('outcome unknown'));
}

function judge(requests: SandboxRequest[], planned: Shown[]): Pick<RushReport, 'accepted' | 'early'> {
  const accepted = new Map<string, string[]>();
  let early = 0;
  for (const { meetingId, startAt, stopAt } of planned) {
    const own = requests.filter(({ path, action }) => action !== null && path.includes(`/${meetingId}/`));
    accepted.set(
      meetingId,
      own.filter((one) => one.accepted).map(({ action }) => action as string),
    );
    const due = (action: string | null) => Date.parse((action === 'start' ? startAt : stopAt) ?? '');
    early += own.filter(({ action, at }) => at < due(action)).length;
  }
  return { accepted, early };
}
