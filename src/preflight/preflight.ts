import type { Broadcast, BroadcastKind } from '../broadcasts/broadcast.ts';
import { type Finding, onPreflight, type PreflightExchange } from '../broadcasts/rules/on-preflight.ts';
import type { BroadcastStore } from '../broadcasts/store/store.ts';
import type { ReadResult } from '../broadcasts/zoom-outcome.ts';
import type { ReadTarget, ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { pacedRead } from '../zoom/paced-read.ts';
import { finding, hostFindings, meetingFindings, refusedRead, scopeFindings, targetFindings } from './findings.ts';

export interface PreflightDeps {
  store: BroadcastStore;
  writer: BroadcastWriter;
  zoom: ZoomReads;
  clock: Clock;
  workerId: string;
  /** Where the credentials of an account are; left out: in this process. */
  whoKnows?: (account: string) => Promise<'here' | 'elsewhere' | 'nowhere'>;
}

/** Asks Zoom everything that can be known before the start and stores the findings. Reads respect the rate limit. */
export class Preflight {
  readonly #deps: PreflightDeps;

  constructor(deps: PreflightDeps) {
    this.#deps = deps;
  }

  /**
   * Checks one broadcast now. Temporary errors and unclear answers give no findings: only facts count.
   * @returns the broadcast as written, or null when there is none or it is finished
   */
  async run(id: string): Promise<Broadcast | null> {
    const { store, writer, workerId } = this.#deps;
    const first = await store.load(id);
    if (!first) return null;
    const exchanges: PreflightExchange[] = [];
    const findings =
      (await this.#accountFindings(first.broadcast)) ?? (await this.#findings(first.broadcast, exchanges));
    // The plan may be changed meanwhile: what was found is of another one, and its own preflight is due.
    const isSamePlan = ({ revision }: Broadcast) => revision === first.broadcast.revision;
    const result = await writer.update(id, (snapshot) =>
      isSamePlan(snapshot.broadcast) ? onPreflight(snapshot, findings, exchanges, `worker:${workerId}`) : null,
    );
    if (result.kind === 'ok') return result.after;
    return result.kind === 'unchanged' && !isSamePlan(result.broadcast) ? result.broadcast : null;
  }

  /** @throws Error when another worker has the account: the check is retried, perhaps by another leader */
  async #accountFindings({ account }: Broadcast): Promise<Finding[] | null> {
    const where = (await this.#deps.whoKnows?.(account)) ?? 'here';
    if (where === 'elsewhere') throw new Error(`the leading worker does not have the Zoom account ${account} yet`);
    if (where === 'here') return null;
    const message = `No running worker has the Zoom account ${account}.`;
    return [finding('account_removed', message, 'Add it to the accounts of the workers and send them SIGHUP.')];
  }

  async #findings(broadcast: Broadcast, exchanges: PreflightExchange[]): Promise<Finding[]> {
    const { zoom } = this.#deps;
    const { account, kind, meetingId } = broadcast;
    const findings: Finding[] = [];
    const meeting = await this.#read(account, { of: kind, meetingId }, exchanges);
    // After the first request: by then there is a token.
    findings.push(...scopeFindings(await zoom.grantedScopes(account), kind));
    if (meeting.kind === 'unauthorized')
      return [finding('credentials_refused', 'Zoom rejects the token.', 'Check the credentials of the app.')];
    if (meeting.kind === 'refused') {
      const other =
        meeting.code === 'meeting_not_found' && kind === 'webinar' ? await this.#isMeeting(broadcast) : null;
      const advice = meeting.code === 'is_a_webinar' ? kindAdvice(broadcast, 'webinar') : meeting.advice;
      return [...findings, other ?? refusedRead(`the ${kind} ${meetingId}`, meeting.code, advice)];
    }
    const known = meeting.kind === 'found' ? (meeting.body ?? {}) : {};
    findings.push(...meetingFindings(known, broadcast));
    if (typeof known.host_id === 'string') findings.push(...(await this.#host(broadcast, known.host_id, exchanges)));
    if (!broadcast.destination) findings.push(...(await this.#target(broadcast, exchanges)));
    return findings;
  }

  async #isMeeting(broadcast: Broadcast): Promise<Finding | null> {
    const { account, meetingId } = broadcast;
    const read = await this.#read(account, { of: 'meeting', meetingId }, []);
    if (read.kind !== 'found') return null;
    return finding('is_a_meeting', `${meetingId} is a meeting, not a webinar.`, kindAdvice(broadcast, 'meeting'));
  }

  async #host({ account, kind }: Broadcast, userId: string, exchanges: PreflightExchange[]): Promise<Finding[]> {
    const read = await this.#read(account, { of: 'user_settings', userId }, exchanges);
    if (read.kind === 'refused') return [refusedRead('the settings of the host', read.code, read.advice)];
    return read.kind === 'found' && read.body ? hostFindings(read.body, kind) : [];
  }

  async #target(broadcast: Broadcast, exchanges: PreflightExchange[]): Promise<Finding[]> {
    const { account, kind, meetingId } = broadcast;
    const read = await this.#read(account, { of: 'livestream', kind, meetingId }, exchanges);
    if (read.kind === 'refused') return [refusedRead('the live stream of it', read.code, read.advice)];
    return read.kind === 'found' ? targetFindings(read.body, broadcast) : [];
  }

  async #read(account: string, target: ReadTarget, exchanges: PreflightExchange[]): Promise<ReadResult> {
    const key = 'meetingId' in target ? target.meetingId : target.userId;
    return pacedRead(this.#deps, account, target, {
      token: `preflight:${target.of}:${key}`,
      onExchange: ({ request, answer, answeredAt }) =>
        exchanges.push({ request, answer: answer && { ...answer, at: answeredAt } }),
    });
  }
}

/** Before the start, changing the kind is enough; a failed broadcast needs a new start, too (`ADVICE`). */
function kindAdvice({ id }: Broadcast, kind: BroadcastKind): string {
  return `Run \`livestream reschedule ${id} --kind ${kind}\`.`;
}
