import { randomBytes } from 'node:crypto';
import type { Clock } from '../src/clock.ts';
import { Delays } from './delays.ts';
import { eventJson, zoomJson } from './event-payloads.ts';
import { EventSockets } from './event-sockets.ts';
import { type MeetingTraits, newMeeting, type SandboxMeeting } from './meeting.ts';
import type { EditEvent } from './meeting-edits.ts';
import { connect, type Effect, type PlannedEvent, type Step } from './meeting-model.ts';
import { type Label, type Limit, planLimit, RateLimits } from './rate-limits.ts';
import { RequestLog } from './request-log.ts';
import { Script } from './script.ts';
import type { SandboxSettings } from './settings.ts';
import { type Credentials, Tokens } from './tokens.ts';
import { type SandboxLogger, Webhooks } from './webhooks.ts';

/** The settings that `GET /v2/users/{id}/settings` returns, and whether the user exists. */
export interface SandboxUser {
  exists: boolean;
  allowLiveStreaming: boolean;
  customLiveStreaming: boolean;
  webinarLiveStreaming: boolean;
  webinarPlan: boolean;
}

export interface SandboxStateOptions {
  clock: Clock;
  settings: SandboxSettings;
  credentials: 'any' | Credentials[];
  logLimit: number;
  logger?: SandboxLogger | undefined;
}

/** Numbers that exist on their own with `autoMeetings`: Zoom's have 9 to 11 digits, the example in our documents 8. */
const AUTO_ID = /^\d{8,11}$/;
/** Beyond this many automatic meetings, the oldest go. */
const MAX_MEETINGS = 200_000;

/** The whole state of one sandbox; a process may have several. */
export class SandboxState {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly webhooks: Webhooks;
  readonly sockets = new EventSockets();
  readonly log: RequestLog;
  readonly script = new Script();
  readonly limits = new RateLimits();
  readonly meetings = new Map<string, SandboxMeeting>();
  readonly users = new Map<string, SandboxUser>();
  /** The account of the last token: events of a meeting without any request so far go out in its name. Null: none. */
  lastAccount: string | null = null;
  settings: SandboxSettings;
  readonly #initial: SandboxSettings;
  readonly #delays: Delays;

  constructor(options: SandboxStateOptions) {
    this.clock = options.clock;
    this.settings = options.settings;
    this.#initial = options.settings;
    this.#delays = new Delays(options.clock);
    this.tokens = new Tokens(options.credentials);
    this.webhooks = new Webhooks(options.clock, options.logger);
    this.log = new RequestLog(options.logLimit);
  }

  /**
   * The meeting of this number, owned by the first account that requests it. With `autoMeetings`, an unknown number of 8 to 11 digits is a
   * meeting in progress, else null.
   */
  find(id: string, kind: SandboxMeeting['kind'], account: string | null): SandboxMeeting | null {
    const known = this.meetings.get(id);
    if (!known) return this.exists(id) ? this.put(id, { kind, account }) : null;
    if (known.account !== null || account === null) return known;
    const owned = { ...known, account };
    this.meetings.set(id, owned);
    return owned;
  }

  /** Like `find`, but does not decide whether an unknown number is a meeting or a webinar. */
  peek(id: string): SandboxMeeting | null {
    if (!this.exists(id)) return null;
    return this.meetings.get(id) ?? newMeeting(id, this.newUuid(), this.clock.now());
  }

  exists(id: string): boolean {
    return this.meetings.has(id) || (this.settings.autoMeetings && AUTO_ID.test(id));
  }

  /** Creates a meeting anew, with all counters at zero. */
  put(id: string, traits: Partial<MeetingTraits>): SandboxMeeting {
    const streamSeq = (this.meetings.get(id)?.streamSeq ?? 0) + 1;
    const meeting = { ...newMeeting(id, this.newUuid(), this.clock.now(), traits), streamSeq };
    this.meetings.set(id, meeting);
    const oldest = this.meetings.size > MAX_MEETINGS ? this.meetings.keys().next().value : undefined;
    if (oldest !== undefined) this.meetings.delete(oldest);
    return meeting;
  }

  /** Zoom's instance ids: 16 bytes in base64, some with slashes. */
  newUuid(): string {
    return randomBytes(16).toString('base64');
  }

  /** Stores a step of the model and starts its effects. */
  commit(step: Step): void {
    this.meetings.set(step.meeting.id, step.meeting);
    for (const effect of step.effects) this.#delays.after(effect.afterMs, () => this.#run(step.meeting.id, effect));
  }

  limitOf(account: string, label: Label): Limit {
    const { plan, plans, lightPerSecond, lightPerDay } = this.settings;
    const limit = planLimit(plans[account] ?? plan, label);
    if (label !== 'Light') return limit;
    return {
      perSecond: lightPerSecond === undefined ? limit.perSecond : lightPerSecond,
      perDay: lightPerDay === undefined ? limit.perDay : lightPerDay,
    };
  }

  /** Resets meetings, users, log, script, limits and settings; drops pending effects. */
  reset(): void {
    this.#delays.clear();
    this.settings = this.#initial;
    this.meetings.clear();
    this.users.clear();
    this.log.clear();
    this.script.clear();
    this.limits.clear();
    this.webhooks.clear();
    this.tokens.restoreFixed();
  }

  async close(): Promise<void> {
    this.#delays.clear();
    this.sockets.cut();
    await this.webhooks.close();
  }

  #run(id: string, effect: Effect): void {
    if (effect.type === 'event') return void this.#post(effect);
    const meeting = this.meetings.get(id);
    if (meeting) this.commit(connect(meeting, effect.streamSeq, this.clock.now(), this.settings));
  }

  /** Sends the event of a person's edit: `meeting.created` and so on. */
  announce(meeting: SandboxMeeting, { verb, payload }: EditEvent): void {
    const at = this.clock.now();
    const event = `${meeting.kind}.${verb}`;
    const account = meeting.account ?? this.lastAccount;
    const owner = account === null ? {} : { account_id: account };
    const json = zoomJson({ event, event_ts: Math.floor(at), payload: { ...owner, ...payload } });
    void this.#send({ event, meetingId: meeting.id, eventTs: Math.floor(at) }, json);
  }

  async #post(planned: PlannedEvent): Promise<void> {
    const { event, meeting, at } = planned;
    const owned = { ...meeting, account: meeting.account ?? this.lastAccount };
    await this.#send({ event, meetingId: meeting.id, eventTs: at }, eventJson({ ...planned, meeting: owned }));
  }

  async #send(about: Parameters<Webhooks['post']>[1], json: string): Promise<void> {
    const { webhookUrl, webhookSecret } = this.settings;
    this.sockets.send(json);
    if (webhookUrl !== null) await this.webhooks.post({ url: webhookUrl, secret: webhookSecret }, about, json);
  }
}
