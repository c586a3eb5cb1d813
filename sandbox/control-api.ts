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
import { settingsSchema } from './settings.ts';
import type { SandboxUser, World } from './world.ts';
import type { Answer } from './zoom-errors.ts';

/** A request to `/_sandbox/…`; `body` is the parsed JSON, `{}` when there was none. */
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

type Handler = (world: World, call: ControlCall, id: string) => Answer | Promise<Answer>;

/** `:id` takes any one part. README.md describes each. */
const HANDLERS: Record<string, Handler> = {
  'GET meetings': (world) => ok({ meetings: [...world.meetings.values()].map(meetingView) }),
  'PUT meetings/:id': putMeeting,
  'PATCH meetings/:id': patchMeeting,
  'GET meetings/:id': (world, _call, id) => ok(meetingView(meetingOf(world, id))),
  'POST meetings/:id/create': createMeeting,
  'POST meetings/:id/update': (world, call, id) =>
    edit(world, id, (meeting) => edited(meeting, checked(editSchema, call.body))),
  'POST meetings/:id/delete': (world, call, id) =>
    edit(world, id, (meeting) => removed(meeting, checked(removalSchema, call.body).occurrenceId)),
  'POST meetings/:id/start': (world, call, id) => step(world, call, id, beginMeeting),
  'POST meetings/:id/end': (world, call, id) => step(world, call, id, finishMeeting),
  'POST meetings/:id/drop': (world, call, id) => step(world, call, id, loseStream(false)),
  'POST meetings/:id/stop-stream': (world, call, id) => step(world, call, id, loseStream(true)),
  'POST meetings/:id/stream': streamByHost,
  'PUT users/:id': putUser,
  'POST script': addScript,
  'GET script': (world) => ok({ rules: world.script.pending() }),
  'DELETE script': (world) => done(world.script.clear()),
  'GET requests': (world, call) => ok(world.log.select(checked(requestsQuerySchema, call.query))),
  'DELETE requests': (world) => done(world.log.clear()),
  'GET accounts': (world) => ok({ accounts: world.limits.uses() }),
  'GET settings': (world) => ok(shownSettings(world)),
  'PATCH settings': patchSettings,
  'POST tokens/revoke': (world, call) => ok({ revoked: world.tokens.revoke(checked(revokeSchema, call.body).account) }),
  'GET events': (world) => ok({ events: world.webhooks.deliveries() }),
  'POST events': sendEvent,
  'POST webhooks/validate': validateWebhook,
  'GET sockets': (world) => ok({ connected: world.sockets.connected }),
  'POST sockets/cut': (world) => done(world.sockets.cut()),
  'POST reset': resetWorld,
};

/** Answers a request to the control API; throws `ControlError`. */
export async function answerControl(world: World, call: ControlCall): Promise<Answer> {
  const { parts } = call;
  const id = parts[1] ?? '';
  const named = HANDLERS[`${call.method} ${parts.join('/')}`];
  const handler = named ?? HANDLERS[`${call.method} ${[parts[0], ':id', ...parts.slice(2)].join('/')}`];
  if (!handler) throw new ControlError(404, 'not_found', `there is no ${call.method} /_sandbox/${parts.join('/')}`);
  return handler(world, call, id);
}

function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

function done(_nothing: unknown): Answer {
  return { status: 204 };
}

function putMeeting(world: World, call: ControlCall, id: string): Answer {
  const known = world.meetings.has(checked(meetingIdSchema, id, 'id'));
  const meeting = world.put(id, checked(meetingSchema, call.body) as Partial<MeetingTraits>);
  return ok(meetingView(meeting), known ? 200 : 201);
}

function patchMeeting(world: World, call: ControlCall, id: string): Answer {
  const meeting = meetingOf(world, id);
  const changed = { ...meeting, ...(checked(meetingPatchSchema, call.body) as Partial<MeetingTraits>) };
  // Nothing streams outside a meeting; it ends silently here, as PATCH raises no event.
  const silent = { stream: 'off', since: null, service: null, liveSettings: null } as const;
  world.meetings.set(id, changed.state === 'started' ? changed : { ...changed, ...silent });
  return ok(meetingView(meetingOf(world, id)));
}

/** As a person does in Zoom, with `meeting.created`: it waits for its host. */
function createMeeting(world: World, call: ControlCall, id: string): Answer {
  if (world.meetings.has(checked(meetingIdSchema, id, 'id')))
    throw new ControlError(409, 'conflict', `there is a meeting ${id} already`);
  const traits = checked(meetingSchema, call.body) as Partial<MeetingTraits>;
  const meeting = world.put(id, { state: 'waiting', ...traits });
  world.announce(meeting, createdEvent(meeting));
  return ok(meetingView(meeting), 201);
}

function edit(
  world: World,
  id: string,
  change: (meeting: SandboxMeeting) => { meeting: SandboxMeeting; event: EditEvent } | null,
): Answer {
  const done = change(meetingOf(world, id));
  if (!done) throw new ControlError(404, 'not_found', `meeting ${id} has no such occurrence`);
  world.meetings.set(id, done.meeting);
  world.announce(done.meeting, done.event);
  return ok(meetingView(done.meeting));
}

function meetingOf(world: World, id: string): SandboxMeeting {
  const meeting = world.peek(checked(meetingIdSchema, id, 'id'));
  if (!meeting) throw new ControlError(404, 'not_found', `there is no meeting ${id}; PUT it first`);
  return meeting;
}

function step(
  world: World,
  call: ControlCall,
  id: string,
  move: (world: World, meeting: SandboxMeeting) => Step,
): Answer {
  checked(emptySchema, call.body);
  world.commit(move(world, meetingOf(world, id)));
  return ok(meetingView(meetingOf(world, id)));
}

function beginMeeting(world: World, meeting: SandboxMeeting): Step {
  if (meeting.state === 'started')
    throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is in progress already`);
  return startMeeting(meeting, world.newUuid(), world.clock.now());
}

function finishMeeting(world: World, meeting: SandboxMeeting): Step {
  mustRun(meeting);
  return endMeeting(meeting, world.clock.now(), world.settings);
}

/** The stream ends by itself, or the host stops it in the client: then the event names an operator. */
function loseStream(byHost: boolean): (world: World, meeting: SandboxMeeting) => Step {
  return (world, meeting) => {
    if (meeting.stream === 'off')
      throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is not streaming`);
    return dropStream(meeting, world.clock.now(), world.settings, byHost);
  };
}

function streamByHost(world: World, call: ControlCall, id: string): Answer {
  const { service } = checked(streamSchema, call.body);
  const meeting = meetingOf(world, id);
  mustRun(meeting);
  if (meeting.stream !== 'off') throw new ControlError(409, 'conflict', `${meeting.kind} ${id} is streaming already`);
  world.commit(hostStream(meeting, service, world.clock.now(), world.settings));
  return ok(meetingView(meetingOf(world, id)));
}

function mustRun(meeting: SandboxMeeting): void {
  if (meeting.state !== 'started')
    throw new ControlError(409, 'conflict', `${meeting.kind} ${meeting.id} is not in progress`);
}

function resetWorld(world: World, call: ControlCall): Answer {
  checked(emptySchema, call.body);
  return done(world.reset());
}

function putUser(world: World, call: ControlCall, id: string): Answer {
  const user: SandboxUser = {
    exists: true,
    allowLiveStreaming: true,
    customLiveStreaming: true,
    webinarLiveStreaming: true,
    webinarPlan: true,
    ...(checked(userSchema, call.body) as Partial<SandboxUser>),
  };
  world.users.set(id, user);
  return ok(user);
}

/** One rule, or `{rules: [...]}`. */
function addScript(world: World, call: ControlCall): Answer {
  const many = typeof call.body === 'object' && call.body !== null && 'rules' in call.body;
  const rules = many ? checked(scriptSchema, call.body).rules : [checked(ruleSchema, call.body)];
  return ok({ rules: rules.map(({ match, answer }) => world.script.add(match, answer)) }, 201);
}

function shownSettings(world: World): unknown {
  return { ...world.settings, webhookSecret: '***' };
}

function patchSettings(world: World, call: ControlCall): Answer {
  world.settings = { ...world.settings, ...checked(settingsSchema.partial(), call.body) };
  return ok(shownSettings(world));
}

/**
 * Sends any event `times` times, on the WebSockets and signed to the webhook: duplicates, old ones, ones of an unknown kind. With
 * neither there is nobody to send it to.
 */
async function sendEvent(world: World, call: ControlCall): Promise<Answer> {
  const { event, payload, eventTs, times, secret, url } = checked(eventSchema, call.body);
  const sockets = url === undefined && world.sockets.connected > 0;
  const target = sockets && world.settings.webhookUrl === null ? null : webhookTarget(world, url, secret);
  const at = eventTs === undefined ? world.clock.now() : eventTs;
  const json = JSON.stringify({ event, ...(at !== null && { event_ts: at }), payload });
  const deliveries = [];
  for (let sent = 0; sent < times; sent += 1) {
    if (sockets) world.sockets.send(json);
    if (target) deliveries.push(await world.webhooks.post(target, { event, meetingId: null, eventTs: at }, json));
  }
  return ok({ events: deliveries });
}

async function validateWebhook(world: World, call: ControlCall): Promise<Answer> {
  checked(emptySchema, call.body);
  return ok(await world.webhooks.validateUrl(webhookTarget(world)));
}

function webhookTarget(world: World, url?: string, secret?: string): { url: string; secret: string } {
  const target = url ?? world.settings.webhookUrl;
  if (target === null) throw new ControlError(409, 'conflict', 'webhookUrl is not set; PATCH /_sandbox/settings first');
  return { url: target, secret: secret ?? world.settings.webhookSecret };
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, name = ''): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: z.core.toDotPath(path) || name, message }));
  const summary = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new ControlError(400, 'validation_failed', summary, errors);
}
