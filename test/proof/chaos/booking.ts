import type { Shown } from '../../support/installation.ts';
import { newMeetingId } from '../../support/installation.ts';
import type { PersistentClient } from './client.ts';

/** What a person wanted from `madeAt` (first asked) on, and what must hold from `ackedAt` (answered) on; ms. */
export interface Plan {
  /** Goes to Zoom as the stream's display name, so that its log shows of which plan a start is. */
  tag: string;
  startAt: number;
  /** Null: open end. */
  stopAt: number | null;
  madeAt: number;
  ackedAt: number;
}

/** What a pause holds back: from its answer on no start leaves, until its end is asked for or has come; ms. */
export interface Hold {
  from: number;
  to: number;
}

/** One broadcast as its maker knows it: what was asked when, and what was answered. */
export class Booking {
  readonly meetingId: string;
  readonly name: string;
  readonly plans: Plan[] = [];
  readonly holds: Hold[] = [];
  /** Null: never acknowledged. */
  id: string | null = null;
  shown: Shown | null = null;
  /** When a stop or a cancel was first asked for, and when one was acknowledged, ms. */
  stopAskedAt = Number.POSITIVE_INFINITY;
  stopAckedAt = Number.POSITIVE_INFINITY;
  readonly log: string[] = [];
  /** One of many that are due at the same second: the account's limit makes most of them late. */
  inRush = false;
  readonly #client: PersistentClient;

  constructor(client: PersistentClient, name: string, meetingId = newMeetingId()) {
    this.#client = client;
    this.name = name;
    this.meetingId = meetingId;
  }

  get plan(): Plan {
    return this.plans.at(-1) as Plan;
  }

  /** The body of its `POST`; it may be one of a batch. */
  propose(startAt: number, stopAt: number | null, more: Record<string, unknown> = {}): Record<string, unknown> {
    const plan = this.#newPlan(startAt, stopAt);
    return { meetingId: this.meetingId, ...asked(plan), ...more };
  }

  /** The answer to its `POST`. */
  stored(shown: Shown): void {
    this.id = shown.id;
    this.shown = shown;
    this.plan.ackedAt = Date.now();
  }

  async schedule(startAt: number, stopAt: number | null, more: Record<string, unknown> = {}): Promise<void> {
    const body = this.propose(startAt, stopAt, more);
    const reply = await this.#client.insist('POST', '/v1/broadcasts', body, { 'idempotency-key': this.name });
    this.#note('schedule', reply.status);
    if (reply.status === 201) this.stored(reply.body);
  }

  /** A new time for start and stop, under a new name. */
  async reschedule(startAt: number, stopAt: number): Promise<void> {
    const plan = this.#newPlan(startAt, stopAt);
    // One that is refused stays: a try that got no answer may be done after that.
    if (await this.#patch('reschedule', asked(plan), plan.tag)) plan.ackedAt = Date.now();
  }

  async moveStop(stopAt: number): Promise<void> {
    const plan = { ...this.plan, stopAt, madeAt: Date.now(), ackedAt: Number.POSITIVE_INFINITY };
    this.plans.push(plan);
    if (await this.#patch('move stop', { stopAt: iso(stopAt) })) plan.ackedAt = Date.now();
  }

  /** `start` and `retry` make now the start time. */
  async startNow(command: 'start' | 'retry'): Promise<void> {
    const now = Date.now();
    const plan = { ...this.plan, startAt: now, madeAt: now, ackedAt: Number.POSITIVE_INFINITY };
    this.plans.push(plan);
    if (await this.#command(command)) plan.ackedAt = Date.now();
  }

  async stop(): Promise<boolean> {
    this.stopAskedAt = Math.min(this.stopAskedAt, Date.now());
    const done = await this.#command('stop');
    if (done) this.stopAckedAt = Math.min(this.stopAckedAt, Date.now());
    return done;
  }

  async cancel(): Promise<void> {
    this.stopAskedAt = Math.min(this.stopAskedAt, Date.now());
    const reply = await this.#client.insist('DELETE', `/v1/broadcasts/${this.id}`);
    this.#note('cancel', reply.status);
    if (reply.status === 200) this.stopAckedAt = Math.min(this.stopAckedAt, Date.now());
  }

  /** Holds its start back, until `until` (ms) or until it is resumed. It needs the label of `drill`. */
  async pause(until: number | null): Promise<void> {
    const end = until === null ? {} : { until: iso(until) };
    const body = { scope: { label: this.drill }, note: 'drill', ...end };
    // A try before that got no answer may have made it: without the key each would make another.
    const reply = await this.#client.insist('POST', '/v1/pauses', body, { 'idempotency-key': `${this.name}-pause` });
    this.#note('pause', reply.status, reply.text);
    if (reply.status === 201) this.holds.push({ from: Date.now(), to: until ?? Number.POSITIVE_INFINITY });
  }

  /** Ends its pauses, also one that a try without an answer has made. */
  async resume(): Promise<void> {
    const now = Date.now();
    for (const hold of this.holds) hold.to = Math.min(hold.to, now);
    await this.#client.resume(({ scope }) => scope.label?.['drill'] === this.name);
    this.#note('resume', 200);
  }

  get drill(): Record<string, string> {
    return { drill: this.name };
  }

  async read(): Promise<Shown> {
    this.shown = await this.#client.get(String(this.id));
    return this.shown;
  }

  #newPlan(startAt: number, stopAt: number | null): Plan {
    const tag = `${this.name}.${this.plans.length}`;
    this.plans.push({ tag, startAt, stopAt, madeAt: Date.now(), ackedAt: Number.POSITIVE_INFINITY });
    return this.plan;
  }

  /** With `If-Match`: a try that got no answer and comes late must not undo what was asked after it. */
  async #patch(what: string, change: Record<string, unknown>, tag?: string): Promise<boolean> {
    const path = `/v1/broadcasts/${this.id}`;
    const reply = await this.#client.insist('PATCH', path, change, this.#ifMatch());
    this.#note(what, reply.status, reply.text);
    if (reply.status === 200) {
      this.shown = reply.body;
      return true;
    }
    // A try before may have done it, unheard.
    const { revision, settings, stopAt } = await this.read();
    return revision > 1 && (tag ? settings.displayName === tag : stopAt === change.stopAt);
  }

  async #command(command: 'start' | 'stop' | 'retry'): Promise<boolean> {
    const path = `/v1/broadcasts/${this.id}/${command}`;
    const reply = await this.#client.insist('POST', path, undefined, this.#ifMatch());
    this.#note(command, reply.status, reply.text);
    await this.read();
    return reply.status === 202;
  }

  #ifMatch(): Record<string, string> {
    return { 'if-match': `"${this.shown?.revision}"` };
  }

  #note(what: string, status: number, text = ''): void {
    const why = status < 300 ? '' : ` ${/"code":"(\w+)"/.exec(text)?.[1] ?? ''}`;
    this.log.push(`${new Date().toISOString()} ${what}: ${status}${why}`);
  }
}

function asked({ tag, startAt, stopAt }: Plan): Record<string, unknown> {
  return { startAt: iso(startAt), stopAt: stopAt === null ? null : iso(stopAt), settings: { displayName: tag } };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
