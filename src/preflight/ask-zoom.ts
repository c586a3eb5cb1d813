import type { Broadcast, BroadcastKind } from '../broadcasts/broadcast.ts';
import type { Finding } from '../broadcasts/rules/on-preflight.ts';
import type { ReadResult } from '../broadcasts/zoom-outcome.ts';
import type { ReadTarget, ZoomReads } from '../broadcasts/zoom-port.ts';
import { type PacedReadDeps, type PacedReadOptions, pacedRead } from '../zoom/paced-read.ts';
import { finding, hostFindings, meetingFindings, refusedRead, scopeFindings, targetFindings } from './findings.ts';

/** What of a broadcast the preflight is about. */
export type CheckedPlan = Pick<Broadcast, 'account' | 'kind' | 'meetingId' | 'startAt' | 'destination'> & {
  /** Null: it is not stored. */
  id: string | null;
};

export type ZoomQuestionDeps = PacedReadDeps & { zoom: ZoomReads };

export interface ZoomQuestionOptions extends Pick<PacedReadOptions, 'onExchange' | 'patienceMs' | 'dayShare'> {
  /** First part of the token in line for the rate limit: who asks the same twice at once has two. */
  lineToken: string;
}

export interface Answers {
  findings: Finding[];
  /** Zoom answered every question. False after temporary errors, rate limits and unclear answers, which give no findings. */
  complete: boolean;
}

/** Asks Zoom everything that can be known before the start: one to four reads in their rate slots. */
export function askZoom(deps: ZoomQuestionDeps, plan: CheckedPlan, options: ZoomQuestionOptions): Promise<Answers> {
  return new Questions(deps, plan, options).ask();
}

class Questions {
  readonly #deps: ZoomQuestionDeps;
  readonly #plan: CheckedPlan;
  readonly #options: ZoomQuestionOptions;
  #complete = true;

  constructor(deps: ZoomQuestionDeps, plan: CheckedPlan, options: ZoomQuestionOptions) {
    this.#deps = deps;
    this.#plan = plan;
    this.#options = options;
  }

  async ask(): Promise<Answers> {
    const findings = await this.#findings();
    return { findings, complete: this.#complete };
  }

  async #findings(): Promise<Finding[]> {
    const { account, kind, meetingId, destination } = this.#plan;
    const findings: Finding[] = [];
    const meeting = await this.#read({ of: kind, meetingId });
    // After the first request: by then there is a token.
    findings.push(...scopeFindings(await this.#deps.zoom.grantedScopes(account), kind));
    if (meeting.kind === 'unauthorized')
      return [finding('credentials_refused', 'Zoom rejects the token.', 'Check the credentials of the app.')];
    if (meeting.kind === 'refused') {
      const other = meeting.code === 'meeting_not_found' && kind === 'webinar' ? await this.#isMeeting() : null;
      const advice = meeting.code === 'is_a_webinar' ? kindAdvice(this.#plan, 'webinar') : meeting.advice;
      return [...findings, other ?? refusedRead(`the ${kind} ${meetingId}`, meeting.code, advice)];
    }
    const known = meeting.kind === 'found' ? (meeting.body ?? {}) : {};
    findings.push(...meetingFindings(known, this.#plan));
    if (typeof known.host_id === 'string') findings.push(...(await this.#host(known.host_id)));
    if (!destination) findings.push(...(await this.#target()));
    return findings;
  }

  async #isMeeting(): Promise<Finding | null> {
    const { meetingId } = this.#plan;
    const read = await pacedRead(this.#deps, this.#plan.account, { of: 'meeting', meetingId }, this.#place('meeting'));
    if (read.kind !== 'found') return null;
    return finding('is_a_meeting', `${meetingId} is a meeting, not a webinar.`, kindAdvice(this.#plan, 'meeting'));
  }

  async #host(userId: string): Promise<Finding[]> {
    const read = await this.#read({ of: 'user_settings', userId });
    if (read.kind === 'refused') return [refusedRead('the settings of the host', read.code, read.advice)];
    return read.kind === 'found' && read.body ? hostFindings(read.body, this.#plan.kind) : [];
  }

  async #target(): Promise<Finding[]> {
    const { kind, meetingId } = this.#plan;
    const read = await this.#read({ of: 'livestream', kind, meetingId });
    if (read.kind === 'refused') return [refusedRead('the live stream of it', read.code, read.advice)];
    return read.kind === 'found' ? targetFindings(read.body, this.#plan) : [];
  }

  async #read(target: ReadTarget): Promise<ReadResult> {
    const { onExchange } = this.#options;
    const place = { ...this.#place(target.of), ...(onExchange ? { onExchange } : {}) };
    const read = await pacedRead(this.#deps, this.#plan.account, target, place);
    if (read.kind !== 'found' && read.kind !== 'refused' && read.kind !== 'unauthorized') this.#complete = false;
    return read;
  }

  #place(what: ReadTarget['of']): PacedReadOptions {
    const { lineToken, patienceMs, dayShare } = this.#options;
    const token = `${lineToken}:${what}:${this.#plan.meetingId}`;
    return { token, ...(patienceMs !== undefined && { patienceMs }), ...(dayShare !== undefined && { dayShare }) };
  }
}

/** Before the start, changing the kind is enough; a failed broadcast needs a new start, too (`ADVICE`). */
function kindAdvice({ id }: CheckedPlan, kind: BroadcastKind): string {
  return id === null ? `Choose the kind ${kind}.` : `Run \`livestream reschedule ${id} --kind ${kind}\`.`;
}
