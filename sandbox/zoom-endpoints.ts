import { Numeral } from './event-payloads.ts';
import type { SandboxMeeting } from './meeting.ts';
import { shownOccurrence } from './meeting-edits.ts';
import { listOf } from './meeting-lists.ts';
import { configure, updateStatus } from './meeting-model.ts';
import type { ParsedBody } from './request-body.ts';
import { checkStatusBody, checkTarget } from './request-checks.ts';
import { labelOf, type Route, scopesOf } from './routes.ts';
import type { SandboxState, SandboxUser } from './sandbox-state.ts';
import type { Caller } from './tokens.ts';
import {
  type Answer,
  invalidId,
  notFound,
  obstacle,
  settingObstacle,
  validationFailed,
  zoomError,
} from './zoom-errors.ts';

/** A complete request to the simulated Zoom. */
export interface ZoomCall {
  method: string;
  route: Route;
  query: URLSearchParams;
  authorization: string | undefined;
  body: ParsedBody;
  /** `http://host:port` of this sandbox. */
  baseUrl: string;
}

/** `accepted`: a PATCH that took effect. */
export interface ZoomReply {
  answer: Answer;
  accepted: boolean;
}

const ID = /^\d{1,19}$/;
const DEFAULT_USER: SandboxUser = {
  exists: true,
  allowLiveStreaming: true,
  customLiveStreaming: true,
  webinarLiveStreaming: true,
  webinarPlan: true,
};

/** Answers one request and applies it: token, rate limit, scopes, then the endpoint. `caller` is the requesting account. */
export function answerZoom(sandbox: SandboxState, call: ZoomCall, caller: Caller): ZoomReply {
  if (call.route.endpoint === 'token') return only(issueToken(sandbox, call));
  if (caller.refusal || caller.account === null)
    return only(caller.refusal ?? zoomError(401, 124, 'Invalid access token.'));
  const label = labelOf(call.route);
  const limit = sandbox.limitOf(caller.account, label);
  const limited = sandbox.limits.admit(caller.account, label, limit, sandbox.clock.now(), sandbox.clock.monotonic());
  if (limited) return only(limited);
  const reply = scopeRefusal(call, caller) ?? answerEndpoint(sandbox, call, caller.account);
  reply.answer.headers = { ...reply.answer.headers, 'X-RateLimit-Category': label };
  return reply;
}

function only(answer: Answer): ZoomReply {
  return { answer: { ...answer }, accepted: false };
}

function issueToken(sandbox: SandboxState, { query, body, authorization, baseUrl }: ZoomCall): Answer {
  const form = body.kind === 'fields' ? body.fields : {};
  const field = (name: string) => {
    const value = form[name] ?? query.get(name);
    return typeof value === 'string' ? value : null;
  };
  const request = { authorization, grantType: field('grant_type'), accountId: field('account_id') };
  const { scopes, tokenExpiresInS } = sandbox.settings;
  const answer = sandbox.tokens.issue(request, scopes, tokenExpiresInS, baseUrl, sandbox.clock.now());
  if (answer.status === 200 && request.accountId !== null) sandbox.lastAccount = request.accountId;
  return answer;
}

function scopeRefusal(call: ZoomCall, caller: Caller): ZoomReply | null {
  const wanted = scopesOf(call.method, call.route);
  if (!wanted || caller.scopes === null) return null;
  const { granular, classic } = wanted;
  const enough = [
    granular,
    `${granular}:admin`,
    `${granular}:master`,
    classic,
    `${classic}:admin`,
    `${classic}:master`,
  ];
  if (enough.some((scope) => caller.scopes?.has(scope))) return null;
  return only(zoomError(400, 4711, `Invalid access token, does not contain scopes:[${granular}, ${granular}:admin].`));
}

function answerEndpoint(sandbox: SandboxState, call: ZoomCall, account: string): ZoomReply {
  const { route } = call;
  if (route.endpoint === 'user_settings') return only(userSettings(sandbox, route.userId));
  if (route.endpoint === 'list') return only(listOf(sandbox, { ...route, query: call.query, account }));
  if (route.endpoint === 'unknown' || route.endpoint === 'token') {
    return only(zoomError(404, 2300, 'This API endpoint is not recognized.'));
  }
  if (!ID.test(route.id)) return only(invalidId(route.kind));
  if (call.method === 'PATCH') return patch(sandbox, route, call.body, account);
  const meeting = sandbox.find(route.id, route.kind, account);
  if (!meeting) return only(notFound(route.kind, route.id));
  const refusal = obstacle(meeting, route.kind, account);
  if (refusal) return only(refusal);
  return only(route.endpoint === 'livestream' ? streamTarget(meeting) : details(meeting));
}

type MeetingRoute = Extract<Route, { id: string }>;

function patch(sandbox: SandboxState, route: MeetingRoute, body: ParsedBody, account: string): ZoomReply {
  const unreadable = bodyRefusal(body);
  if (unreadable) return only(unreadable);
  const fields = body.kind === 'fields' ? body.fields : {};
  const who = { kind: route.kind, account };
  const now = sandbox.clock.now();
  if (route.endpoint === 'status') {
    const checked = checkStatusBody(fields, route.kind);
    if (!checked.ok) return only(validationFailed(checked.issues));
    return apply(sandbox, route, account, (meeting) =>
      updateStatus(meeting, { ...who, ...checked.value }, now, sandbox.settings),
    );
  }
  const checked = checkTarget(fields);
  if (!checked.ok) return only(validationFailed(checked.issues));
  return apply(sandbox, route, account, (meeting) => configure(meeting, who, checked.value));
}

function apply(
  sandbox: SandboxState,
  route: MeetingRoute,
  account: string,
  step: (meeting: SandboxMeeting) => ReturnType<typeof updateStatus>,
): ZoomReply {
  const meeting = sandbox.find(route.id, route.kind, account);
  if (!meeting) return only(notFound(route.kind, route.id));
  const stepped = step(meeting);
  sandbox.commit(stepped);
  return { answer: { ...stepped.answer }, accepted: stepped.accepted };
}

function bodyRefusal(body: ParsedBody): Answer | null {
  if (body.kind === 'unsupported') return zoomError(415, 300, 'Unsupported Content Type.');
  if (body.kind === 'malformed') return zoomError(400, 300, 'Request Body should be a valid JSON object.');
  return null;
}

/** Zoom answers 200 with an empty body if the live stream was never configured (Zoom API reference, section 3). */
function streamTarget(meeting: SandboxMeeting): Answer {
  const refusal = meeting.kind === 'webinar' ? settingObstacle(meeting) : null;
  if (refusal) return refusal;
  return meeting.configured ? { status: 200, body: { resolution: '720p', ...meeting.target } } : { status: 200 };
}

/** Meetings show `waiting` or `started`, webinars no status at all (Zoom API reference, section 4). */
function details(meeting: SandboxMeeting): Answer {
  const { id, uuid, hostId, hostEmail, topic, type, startTime, duration, timezone, kind, e2ee, state, occurrences } =
    meeting;
  const common = { id: new Numeral(id), uuid, host_id: hostId, host_email: hostEmail, topic, type };
  const listed = occurrences.length > 0 && { occurrences: occurrences.map((one) => shownOccurrence(one)) };
  const hasTime = type !== 1 && type !== 3 && type !== 6;
  const when = { ...(hasTime && { start_time: startTime }), duration, timezone, ...listed };
  if (kind === 'webinar') return { status: 200, body: { ...common, ...when, settings: { practice_session: false } } };
  const status = state === 'started' ? 'started' : 'waiting';
  const settings = {
    encryption_type: e2ee ? 'e2ee' : 'enhanced_encryption',
    waiting_room: false,
    join_before_host: false,
  };
  return { status: 200, body: { ...common, status, ...when, settings } };
}

/** `me` is no user: a Server-to-Server token has no user behind it (Zoom API reference, section 6). */
function userSettings(sandbox: SandboxState, userId: string): Answer {
  const user = userId === 'me' ? { ...DEFAULT_USER, exists: false } : (sandbox.users.get(userId) ?? DEFAULT_USER);
  if (!user.exists) return zoomError(404, 1001, `User does not exist: ${userId}.`);
  const services = user.customLiveStreaming ? ['custom'] : [];
  const in_meeting = {
    allow_live_streaming: user.allowLiveStreaming,
    custom_live_streaming_service: user.customLiveStreaming,
    webinar_live_streaming: { enable: user.webinarLiveStreaming, live_streaming_service: services },
  };
  return { status: 200, body: { in_meeting, feature: { webinar: user.webinarPlan } } };
}
