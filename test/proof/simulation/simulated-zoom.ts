import type { ZoomEvent } from '../../../src/broadcasts/zoom-event.ts';
import type { Exchange, MeetingStatus, Outcome } from '../../../src/broadcasts/zoom-outcome.ts';
import type { SendGuard, StatusRequest, ZoomApi } from '../../../src/broadcasts/zoom-port.ts';
import type { Owner, Timeline } from './scheduler.ts';

/** One request as Zoom's log shows it. */
export interface LogLine {
  meetingId: string;
  action: 'start' | 'stop' | 'mode' | 'configure' | 'check';
  by: string;
  /** Whose request it is; null for a check of the meeting. */
  broadcastId: string | null;
  sentAt: number;
  /** When it reached Zoom; null when it was lost on the way. */
  arrivedAt: number | null;
  effect: string | null;
  /** When its answer came back to the worker; null when it never did. */
  answeredAt: number | null;
}

interface SimulatedMeeting {
  running: boolean;
  instance: number;
  streaming: boolean;
  lastStartAt: number;
}

const OUR_SERVICE = 'Custom_Live_Streaming_Service';
const TIMEOUT_MS = 10_000;
/** Zoom takes a second start of a meeting as "too many" for this long, ms. */
const START_BUSY_MS = 30_000;

/** Zoom and the network to it: meetings, live streams, answers, and whatever goes wrong on the way. */
export class SimulatedZoom {
  readonly log: LogLine[] = [];
  readonly meetings = new Map<string, SimulatedMeeting>();
  /** The share of requests that something happens to. */
  faults = 0;
  /** Zoom is away: its front answers 503, nobody listens, or nothing comes back. */
  outage: '503' | 'refused' | 'time-out' | null = null;
  /** Called at the moment a request leaves. */
  onSend: (line: LogLine) => Promise<void> = async () => {};
  /** Called between the claim of a request and the moment it leaves. */
  onReady: (owner: Owner) => void = () => {};
  onEvent: (seen: ZoomEvent) => void = () => {};
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  meeting(id: string): SimulatedMeeting {
    const known = this.meetings.get(id);
    if (known) return known;
    const meeting = { running: false, instance: 0, streaming: false, lastStartAt: Number.NEGATIVE_INFINITY };
    this.meetings.set(id, meeting);
    return meeting;
  }

  /** The host comes or goes. */
  host(id: string, comes: boolean): void {
    const meeting = this.meeting(id);
    if (meeting.running === comes) return;
    meeting.running = comes;
    if (comes) meeting.instance += 1;
    // The stream of a meeting ends a moment before the meeting: it looks like a drop.
    else this.drop(id);
    this.#tell(id, comes ? 'meeting_started' : 'meeting_ended');
  }

  /** The stream ends by itself. */
  drop(id: string): void {
    if (this.meeting(id).streaming) this.#stream(id, false);
  }

  /** The port as one process has it. */
  apiOf(owner: Owner): ZoomApi {
    const status = (request: StatusRequest, guard?: SendGuard) =>
      this.#exchange(owner, request.meetingId, request.action, guard) as Promise<Exchange<Outcome>>;
    return {
      prepare: async () => {},
      updateStatus: status,
      configure: (request, guard) =>
        this.#exchange(owner, request.meetingId, 'configure', guard) as Promise<Exchange<Outcome>>,
      getMeetingStatus: (_account, meetingId) =>
        this.#exchange(owner, meetingId, 'check') as Promise<Exchange<MeetingStatus>>,
      renewToken: async () => {},
      close: async () => {},
    };
  }

  async #exchange(
    owner: Owner,
    meetingId: string,
    action: LogLine['action'],
    guard?: SendGuard,
  ): Promise<Exchange<Outcome | MeetingStatus>> {
    const clock = this.#timeline.clockOf(owner);
    const request = { method: action === 'check' ? 'GET' : 'PATCH', path: `/meetings/${meetingId}` };
    // The token, the socket: a process can die or stand still here.
    await this.#timeline.step(owner, async () => this.onReady(owner));
    const refused = this.#happens(0.2) || this.outage === 'refused';
    if (guard && !guard())
      return { request, answer: null, result: { kind: 'withdrawn' }, sentAt: null, answeredAt: clock.now() };
    if (refused) {
      const result = { kind: 'transient' as const, reason: 'connection refused', unknown: false };
      return { request, answer: null, result, sentAt: null, answeredAt: clock.now() };
    }
    const line: LogLine = {
      ...{ meetingId, action, by: owner.name, broadcastId: null },
      sentAt: this.#timeline.now,
      arrivedAt: null,
      effect: null,
      answeredAt: null,
    };
    this.log.push(line);
    await this.#timeline.still(this.onSend(line));
    const sentAt = clock.now();
    const result = await this.#travel(owner, line);
    const status = line.effect === '503' ? 503 : 200;
    const answer = line.answeredAt === null ? null : { status, code: null, message: null, trackingId: null };
    return { request, answer, result, sentAt, answeredAt: clock.now() };
  }

  /** There and back. What has left reaches Zoom also when its sender dies. */
  #travel(owner: Owner, line: LogLine): Promise<Outcome | MeetingStatus> {
    const { now } = this.#timeline;
    const slow = this.#happens(0.2);
    // A start that travels for longer than a lease lasts can be overtaken by its own stop: nobody can call it back.
    const there = now + 20 + this.#timeline.random() * (slow ? 3_000 : 150);
    const back = 10 + this.#timeline.random() * (slow ? 9_000 : 100);
    const lost = this.#happens(0.25) || this.outage === 'time-out';
    const answerLost = this.#happens(0.25);
    let answer: Outcome | MeetingStatus | null = null;
    if (!lost)
      this.#timeline.at(there, null, () => {
        line.arrivedAt = this.#timeline.now;
        answer = this.#take(line);
      });
    // A connection that breaks says so at once; whether the request had arrived, it does not say.
    const broken = this.outage === null && (lost || answerLost) && this.#timeline.random() < 0.5;
    const until = (lost || answerLost) && !broken ? now + TIMEOUT_MS : Math.min(now + TIMEOUT_MS, there + back);
    return new Promise((resolve) => {
      this.#timeline.at(until, owner, () => {
        line.answeredAt = answer && !answerLost ? this.#timeline.now : null;
        const reason = broken ? 'connection reset' : 'time-out';
        resolve(line.answeredAt === null || !answer ? { kind: 'transient', reason, unknown: !broken } : answer);
      });
    });
  }

  /** What Zoom does with a request that has reached it. */
  #take(line: LogLine): Outcome | MeetingStatus {
    const meeting = this.meeting(line.meetingId);
    const say = <Answer extends Outcome | MeetingStatus>(effect: string, answer: Answer): Answer => {
      line.effect = effect;
      return answer;
    };
    if (this.outage === '503' || this.#happens(0.2))
      return say('503', { kind: 'transient', reason: '503', unknown: false });
    if (this.#happens(0.15)) {
      const until = this.#timeline.now + 1_000;
      return say('429 per second', { kind: 'rate_limited', scope: 'second', until });
    }
    switch (line.action) {
      case 'check': {
        const uuid = `u${meeting.instance}`;
        return say('shown', { kind: 'meeting', status: meeting.running ? 'started' : 'waiting', uuid });
      }
      case 'start':
        return this.#start(line, meeting, say);
      case 'stop':
        if (!meeting.running) return say('not started', { kind: 'not_started' });
        if (meeting.streaming) this.#stream(line.meetingId, false);
        return say('accepted', { kind: 'accepted' });
      default:
        return say('accepted', { kind: 'accepted' });
    }
  }

  #start(line: LogLine, meeting: SimulatedMeeting, say: (effect: string, answer: Outcome) => Outcome): Outcome {
    if (!meeting.running) return say('not started', { kind: 'not_started' });
    const busy = this.#timeline.now - meeting.lastStartAt < START_BUSY_MS;
    if (busy || this.#happens(0.3)) return say('429 start', { kind: 'start_limited', retryAfterMs: null });
    meeting.lastStartAt = this.#timeline.now;
    if (!meeting.streaming) this.#stream(line.meetingId, true);
    return say('accepted', { kind: 'accepted' });
  }

  #stream(id: string, on: boolean): void {
    this.meeting(id).streaming = on;
    this.#tell(id, on ? 'stream_started' : 'stream_stopped');
  }

  #tell(meetingId: string, what: ZoomEvent['what']): void {
    const { now } = this.#timeline;
    const { instance } = this.meeting(meetingId);
    const service = what.startsWith('stream') ? OUR_SERVICE : null;
    this.onEvent({
      ...{ account: 'default', meetingId, kind: 'meeting', what, at: now, uuid: `u${instance}`, service },
      ...{ operator: false, occurrenceAt: null, movedTo: null, movedFrom: null },
    });
  }

  #happens(share: number): boolean {
    return this.#timeline.random() < share * this.faults;
  }
}
