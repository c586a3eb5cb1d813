import { z } from 'zod';
import {
  editSchema,
  emptySchema,
  eventSchema,
  meetingIdSchema,
  meetingPatchSchema,
  meetingSchema,
  removalSchema,
  requestsQuerySchema,
  revokeSchema,
  ruleSchema,
  scriptSchema,
  streamSchema,
  userSchema,
} from './control-schemas.ts';
import { type MeetingTraits, meetingView, type SandboxMeeting } from './meeting.ts';
import { createdEvent, type EditEvent, edited, removed } from './meeting-edits.ts';
import { dropStream, endMeeting, hostStream, type Step, startMeeting } from './meeting-model.ts';
import type { SandboxState, SandboxUser } from './sandbox-state.ts';
import { settingsSchema } from './settings.ts';
import type { Answer } from './zoom-errors.ts';

/** A request to `/_sandbox/…`; `body` is the parsed JSON, `{}` without one. */
export interface ControlCall {
  method: string;
  /** Parts after `/_sandbox/`, decoded. */
  parts: string[];
  query: Record<string, string>;
  body: unknown;
}

/** An error of the control API with its HTTP status. */
export class ControlError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];

  constructor(status: number, code: string, message: string, errors: { path: string; message: string }[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  answer(): Answer {
    return { status: this.status, body: { error: this.code, message: this.message, errors: this.errors } };
  }
}

type Handler = (sandbox: SandboxState, call: ControlCall, id: string) => Answer | Promise<Answer>;

/** `:id` matches any one part. README.md describes each route. */
const HANDLERS: Record<string, Handler> = {
  'GET meetings': (sandbox) => ok({ meetings: [...sandbox.meetings.values()].map(meetingView) }),
  'PUT meetings/:id': putMeeting,
  'PATCH meetings/:id': patchMeeting,
  'GET meetings/:id': (sandbox, _call, id) => ok(meetingView(meetingOf(sandbox, id))),
  'POST meetings/:id/create': createMeeting,
  'POST meetings/:id/update': (sandbox, call, id) =>
    edit(sandbox, id, (meeting) => edited(meeting, checked(editSchema, call.body))),
  'POST meetings/:id/delete': (sandbox, call, id) =>
    edit(sandbox, id, (meeting) => removed(meeting, checked(removalSchema, call.body).occurrenceId)),
  'POST meetings/:id/start': (sandbox, call, id) => step(sandbox, call, id, beginMeeting),
  'POST meetings/:id/end': (sandbox, call, id) => step(sandbox, call, id, finishMeeting),
  'POST meetings/:id/drop': (sandbox, call, id) => step(sandbox, call, id, loseStream(false)),
  'POST meetings/:id/stop-stream': (sandbox, call, id) => step(sandbox, call, id, loseStream(true)),
  'POST meetings/:id/stream': streamByHost,
  'PUT users/:id': putUser,
  'POST script': addScript,
  'GET script': (sandbox) => ok({ rules: sandbox.script.pending() }),
  'DELETE script': (sandbox) => done(sandbox.script.clear()),
  'GET requests': (sandbox, call) => ok(sandbox.log.select(checked(requestsQuerySchema, call.query))),
  'DELETE requests': (sandbox) => done(sandbox.log.clear()),
  'GET accounts': (sandbox) => ok({ accounts: sandbox.limits.uses() }),
  'GET settings': (sandbox) => ok(shownSettings(sandbox)),
  'PATCH settings': patchSettings,
  'POST tokens/revoke': (sandbox, call) =>
    ok({ revoked: sandbox.tokens.revoke(checked(revokeSchema, call.body).account) }),
  'GET events': (sandbox) => ok({ events: sandbox.webhooks.deliveries() }),
  'POST events': sendEvent,
  'POST webhooks/validate': validateWebhook,
  'GET sockets': (sandbox) => ok({ connected: sandbox.sockets.connected }),
  'POST sockets/cut': (sandbox) => done(sandbox.sockets.cut()),
  'POST reset': resetWorld,
};

/** Answers a request to the control API; throws `ControlError`. */
export async function answerControl(sandbox: SandboxState, call: ControlCall): Promise<Answer> {
  const { parts } = call;
  const id = parts[1] ?? '';
  const named = HANDLERS[`${call.method} ${parts.join('/')}`];
  const handler = named ?? HANDLERS[`${call.method} ${[parts[0], ':id', ...parts.slice(2)].join('/')}`];
  if (!handler) throw new ControlError(404, 'not_found', `there is no ${call.method} /_sandbox/${parts.join('/')}`);
  return handler(sandbox, call, id);
}

function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

function done(_nothing: unknown): Answer {
  return { status: 204 };
}

function putMeeting(sandbox: SandboxState, call: ControlCall, id: string): Answer {
  const known = sandbox.meetings.has(checked(meetingIdSchema, id, 'id'));
  const meeting = sandbox.put(id, checked(meetingSchema, call.body) as Partial<MeetingTraits>);
  return ok(meetingView(meeting), known ? 200 : 201);
}

function patchMeeting(sandbox: SandboxState, call: ControlCall, id: string): Answer {
  const meeting = meetingOf(sandbox, id);
  const changed = { ...meeting, ...(checked(meetingPatchSchema, call.body) as Partial<MeetingTraits>) };
  // Outside a meeting nothing streams. The stream ends silently here, because PATCH raises no event.
  const silent = { stream: 'off', since: null, service: null, liveSettings: null } as const;
  sandbox.meetings.set(id, changed.state === 'started' ? changed : { ...changed, ...silent });
  return ok(meetingView(meetingOf(sandbox, id)));
}

/** Creates a meeting as a person does in Zoom, with `meeting.created`: it waits for its host. */
function createMeeting(sandbox: SandboxState, call: ControlCall, id: string): Answer {
  if (sandbox.meetings.has(checked(meetingIdSchema, id, 'id')))
    throw new ControlError(409, 'conflict', `there is a meeting ${id} already`);
  const traits = checked(meetingSchema, call.body) as Partial<MeetingTraits>;
  const meeting = sandbox.put(id, { state: 'waiting', ...traits });
  sandbox.announce(meeting, createdEvent(meeting));
  return ok(meetingView(meeting), 201);
}

function edit(
  sandbox: SandboxState,
  id: string,
  change: (meeting: SandboxMeeting) => { meeting: SandboxMeeting; event: EditEvent } | null,
): Answer {
  const done = change(meetingOf(sandbox, id));
  if (!done) throw new ControlError(404, 'not_found', `meeting ${id} has no such occurrence`);
  sandbox.meetings.set(id, done.meeting);
  sandbox.announce(done.meeting, done.event);
  return ok(meetingView(done.meeting));
}

function meetingOf(sandbox: SandboxState, id: string): SandboxMeeting {
  const meeting = sandbox.peek(checked(meetingIdSchema, id, 'id'));
  if (!meeting) throw new ControlError(404, 'not_found', `there is no meeting ${id}; PUT it first`);
  return meeting;
}

function step(
  sandbox: SandboxState,
  call: ControlCall,
  id: string,
  move: (sandbox: SandboxState, meeting: SandboxMeeting) => Step,
): Answer {
  checked(emptySchema, call.body);
  sandbox.commit(move(sandbox, meetingOf(sandbox, id)));
  return ok(meetingView(meetingOf(sandbox, id)));
}

function beginMeeting(sandbox: SandboxState, meeting: SandboxMeeting): Step {
  if (meeting.state === 'started')
    throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is in progress already`);
  return startMeeting(meeting, sandbox.newUuid(), sandbox.clock.now());
}

function finishMeeting(sandbox: SandboxState, meeting: SandboxMeeting): Step {
  mustRun(meeting);
  return endMeeting(meeting, sandbox.clock.now(), sandbox.settings);
}

/** The stream ends by itself, or the host stops it in the client; then the event names an operator. */
function loseStream(byHost: boolean): (sandbox: SandboxState, meeting: SandboxMeeting) => Step {
  return (sandbox, meeting) => {
    if (meeting.stream === 'off')
      throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is not streaming`);
    return dropStream(meeting, sandbox.clock.now(), sandbox.settings, byHost);
  };
}

function streamByHost(sandbox: SandboxState, call: ControlCall, id: string): Answer {
  const { service } = checked(streamSchema, call.body);
  const meeting = meetingOf(sandbox, id);
  mustRun(meeting);
  if (meeting.stream !== 'off') throw new ControlError(409, 'conflict', `${meeting.kind} ${id} is streaming already`);
  sandbox.commit(hostStream(meeting, service, sandbox.clock.now(), sandbox.settings));
  return ok(meetingView(meetingOf(sandbox, id)));
}

function mustRun(meeting: SandboxMeeting): void {
  if (meeting.state !== 'started')
    throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is not in progress`);
}

function resetWorld(sandbox: SandboxState, call: ControlCall): Answer {
  checked(emptySchema, call.body);
  return done(sandbox.reset());
}

function putUser(sandbox: SandboxState, call: ControlCall, id: string): Answer {
  const user: SandboxUser = {
    exists: true,
    allowLiveStreaming: true,
    customLiveStreaming: true,
    webinarLiveStreaming: true,
    webinarPlan: true,
    ...(checked(userSchema, call.body) as Partial<SandboxUser>),
  };
  sandbox.users.set(id, user);
  return ok(user);
}

/** One rule, or `{rules: [...]}`. */
function addScript(sandbox: SandboxState, call: ControlCall): Answer {
  const many = typeof call.body === 'object' && call.body !== null && 'rules' in call.body;
  const rules = many ? checked(scriptSchema, call.body).rules : [checked(ruleSchema, call.body)];
  return ok({ rules: rules.map(({ match, answer }) => sandbox.script.add(match, answer)) }, 201);
}

function shownSettings(sandbox: SandboxState): unknown {
  return { ...sandbox.settings, webhookSecret: '***' };
}

function patchSettings(sandbox: SandboxState, call: ControlCall): Answer {
  sandbox.settings = { ...sandbox.settings, ...checked(settingsSchema.partial(), call.body) };
  return ok(shownSettings(sandbox));
}

/**
 * Sends any event `times` times, on the WebSockets and signed to the webhook: duplicates, old events, unknown kinds. Without either,
 * there is no receiver.
 */
async function sendEvent(sandbox: SandboxState, call: ControlCall): Promise<Answer> {
  const { event, payload, eventTs, times, secret, url } = checked(eventSchema, call.body);
  const sockets = url === undefined && sandbox.sockets.connected > 0;
  const target = sockets && sandbox.settings.webhookUrl === null ? null : webhookTarget(sandbox, url, secret);
  const at = eventTs === undefined ? sandbox.clock.now() : eventTs;
  const json = JSON.stringify({ event, ...(at !== null && { event_ts: at }), payload });
  const deliveries = [];
  for (let sent = 0; sent < times; sent += 1) {
    if (sockets) sandbox.sockets.send(json);
    if (target) deliveries.push(await sandbox.webhooks.post(target, { event, meetingId: null, eventTs: at }, json));
  }
  return ok({ events: deliveries });
}

async function validateWebhook(sandbox: SandboxState, call: ControlCall): Promise<Answer> {
  checked(emptySchema, call.body);
  return ok(await sandbox.webhooks.validateUrl(webhookTarget(sandbox)));
}

function webhookTarget(sandbox: SandboxState, url?: string, secret?: string): { url: string; secret: string } {
  const target = url ?? sandbox.settings.webhookUrl;
  if (target === null) throw new ControlError(409, 'conflict', 'webhookUrl is not set; PATCH /_sandbox/settings first');
  return { url: target, secret: secret ?? sandbox.settings.webhookSecret };
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, name = ''): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path) || name, message }));
  const summary = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new ControlError(400, 'validation_failed', summary, errors);
}
