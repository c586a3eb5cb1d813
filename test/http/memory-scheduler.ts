import { type Broadcast, isFinal } from '../../src/broadcasts/broadcast.ts';
import { LivestreamError } from '../../src/errors.ts';
import { parseBatch, parseChange, parseNewBroadcast } from '../../src/scheduling/input.ts';
import type { NewBroadcast } from '../../src/scheduling/input-types.ts';
import type { ChangeOptions, HistoryEntry, IdempotencyKey, ListQuery, SchedulerPort } from '../../src/scheduling/scheduler-port.ts';

/** The port's promises in a Map: real input checks, revisions and idempotency, no Redis and no Zoom. */
export class MemoryScheduler implements SchedulerPort {
  readonly broadcasts = new Map<string, Broadcast>();
  readonly actors: string[] = [];
  readonly queries: ListQuery[] = [];
  /** Thrown by the next call. */
  nextError: unknown = null;
  /** What `schedule` waits for. */
  gate: Promise<void> = Promise.resolve();
  readonly #answers = new Map<string, { bodyHash: string; broadcasts: Broadcast[] }>();

  async schedule(input: unknown, options: { by: string; idempotency?: IdempotencyKey }) {
    this.#called(options.by);
    await this.gate;
    const { broadcasts, replayed } = this.#once(options.idempotency, () => [this.#store(parseNewBroadcast(input, this.#context()))]);
    return { broadcast: broadcasts[0] as Broadcast, replayed };
  }

  async scheduleBatch(input: unknown, options: { by: string; idempotency?: IdempotencyKey }) {
    this.#called(options.by);
    return this.#once(options.idempotency, () => parseBatch(input, this.#context()).map((item) => this.#store(item)));
  }

  async get(id: string) {
    this.#called();
    const broadcast = this.broadcasts.get(id);
    if (!broadcast) throw new LivestreamError('not_found', `There is no broadcast ${id}.`);
    return broadcast;
  }

  async list(query: ListQuery) {
    this.#called();
    this.queries.push(query);
    const all = [...this.broadcasts.values()].sort((a, b) => a.startAt - b.startAt);
    return { broadcasts: all.slice(0, query.limit), nextCursor: all.length > query.limit ? 'more' : null };
  }

  async history(id: string): Promise<HistoryEntry[]> {
    const { createdAt } = await this.get(id);
    const line = { from: null, to: 'scheduled', by: 'api', reason: null, request: undefined, answer: undefined } as const;
    return [{ at: createdAt, type: 'created', ...line }];
  }

  async change(id: string, input: unknown, options: ChangeOptions) {
    const current = await this.#current(id, options);
    const { destination, ...change } = parseChange(input, current, this.#context());
    return this.#write({ ...current, ...change, ...(destination === null && { destination }) });
  }

  async cancel(id: string, options: ChangeOptions) {
    const current = await this.#current(id, options);
    return isFinal(current) ? current : this.#write({ ...current, status: 'canceled' });
  }

  async start(id: string, options: ChangeOptions) {
    return this.#write({ ...(await this.#current(id, options)), status: 'starting' });
  }

  async stop(id: string, options: ChangeOptions): Promise<Broadcast> {
    await this.#current(id, options);
    throw new LivestreamError('not_live', 'The broadcast is scheduled.');
  }

  async retry(id: string, options: ChangeOptions): Promise<Broadcast> {
    await this.#current(id, options);
    throw new LivestreamError('not_retryable', 'The broadcast is scheduled.');
  }

  #context() {
    return { now: Date.now(), sealingAvailable: true };
  }

  #called(by?: string): void {
    if (by !== undefined) this.actors.push(by);
    const error = this.nextError;
    this.nextError = null;
    if (error !== null) throw error;
  }

  #once(idempotency: IdempotencyKey | undefined, make: () => Broadcast[]) {
    const before = idempotency && this.#answers.get(idempotency.key);
    if (before && before.bodyHash !== idempotency.bodyHash) {
      throw new LivestreamError('idempotency_key_reused', 'Another body came with this key.');
    }
    if (before) return { broadcasts: before.broadcasts, replayed: true };
    const broadcasts = make();
    if (idempotency) this.#answers.set(idempotency.key, { bodyHash: idempotency.bodyHash, broadcasts });
    return { broadcasts, replayed: false };
  }

  async #current(id: string, { by, ifRevision }: ChangeOptions): Promise<Broadcast> {
    const current = await this.get(id);
    this.actors.push(by);
    if (ifRevision !== undefined && ifRevision !== current.revision) {
      throw new LivestreamError('precondition_failed', `The revision is ${current.revision}.`);
    }
    return current;
  }

  #write(broadcast: Broadcast): Broadcast {
    const written = { ...broadcast, revision: broadcast.revision + 1 };
    this.broadcasts.set(broadcast.id, written);
    return written;
  }

  #store(input: NewBroadcast): Broadcast {
    const { destination, ...rest } = input;
    const now = Date.now();
    const broadcast: Broadcast = {
      ...rest,
      id: `b${this.broadcasts.size + 1}`,
      account: input.account ?? 'default',
      destination: destination && { ...destination, sealedStreamKey: `sealed(${destination.streamKey})` },
      ...{ status: 'scheduled', reason: null, revision: 1, nextAttemptAt: null, startedAt: null, stoppedAt: null },
      ...{ startLatenessMs: null, stopLatenessMs: null, confirmed: false, seriesId: null, warnings: [] },
      ...{ createdAt: now, updatedAt: now, version: 1, startBefore: input.startAt + 1, inFlight: null, cancelRequested: false },
      ...{ faults: 0, unknownStarts: 0, lookFirst: null, pendingRefusal: null, tokenRenewed: false, stopDueAt: null, configured: false },
      ...{ modeWanted: null, stopReason: null, polls: 0, alerted: [], wake: 0 },
    };
    this.broadcasts.set(broadcast.id, broadcast);
    return broadcast;
  }
}
