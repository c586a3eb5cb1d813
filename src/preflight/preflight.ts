import type { Broadcast } from '../broadcasts/broadcast.ts';
import { type Finding, onPreflight, type PreflightExchange } from '../broadcasts/rules/on-preflight.ts';
import type { Records } from '../broadcasts/store/store.ts';
import type { ZoomReads } from '../broadcasts/zoom-port.ts';
import type { Clock } from '../clock.ts';
import type { BroadcastWriter } from '../scheduling/broadcast-writer.ts';
import { askZoom } from './ask-zoom.ts';
import { finding } from './findings.ts';

export interface PreflightDeps {
  store: Records;
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
    const findings = (await this.#accountFindings(first.broadcast)) ?? (await this.#ask(first.broadcast, exchanges));
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

  async #ask(broadcast: Broadcast, exchanges: PreflightExchange[]): Promise<Finding[]> {
    const { findings } = await askZoom(this.#deps, broadcast, {
      lineToken: 'preflight',
      onExchange: ({ request, answer, answeredAt }) =>
        exchanges.push({ request, answer: answer && { ...answer, at: answeredAt } }),
    });
    return findings;
  }
}
