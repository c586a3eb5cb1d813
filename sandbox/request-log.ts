/** A request that the simulated Zoom received. */
export interface RequestEntry {
  /** Counts from 1; never reused, even after the log was cleared. */
  n: number;
  /** When its head arrived (ms since the epoch). */
  at: number;
  method: string;
  /** Without the query. */
  path: string;
  meetingId: string | null;
  action: string | null;
  /** The parsed body with masked secrets; null when it was missing or malformed. */
  body: unknown;
  account: string | null;
  /** HTTP status of the answer; null without one, also when the connection was cut. */
  status: number | null;
  answeredAt: number | null;
  /** A PATCH that took effect, whatever the answer was. */
  accepted: boolean;
  /** A scripted answer took part. */
  scripted: boolean;
  /** `pending`, `answered`, `reset` (by the script) or `client_gone` before the answer. */
  outcome: 'pending' | 'answered' | 'reset' | 'client_gone';
  remotePort: number | null;
}

export interface LogQuery {
  meetingId?: string | undefined;
  /** Only entries with a larger `n`. */
  since?: number | undefined;
  action?: string | undefined;
  account?: string | undefined;
}

/** All requests, oldest first, at most `cap`: beyond that the oldest go. */
export class RequestLog {
  readonly #cap: number;
  #entries: RequestEntry[] = [];
  #next = 1;
  #dropped = 0;

  constructor(cap: number) {
    this.#cap = cap;
  }

  add(entry: Omit<RequestEntry, 'n'>): RequestEntry {
    const added = { n: this.#next++, ...entry };
    this.#entries.push(added);
    // Trims in large steps, so that a full log costs nothing per request.
    if (this.#entries.length >= this.#cap * 2) this.#trim();
    return added;
  }

  /** `dropped` counts entries lost to the cap. */
  select(query: LogQuery): { requests: RequestEntry[]; dropped: number } {
    this.#trim();
    const requests = this.#entries.filter(
      (entry) =>
        (query.meetingId === undefined || entry.meetingId === query.meetingId) &&
        (query.since === undefined || entry.n > query.since) &&
        (query.action === undefined || entry.action === query.action) &&
        (query.account === undefined || entry.account === query.account),
    );
    return { requests, dropped: this.#dropped };
  }

  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
  }

  #trim(): void {
    const excess = this.#entries.length - this.#cap;
    if (excess <= 0) return;
    this.#entries = this.#entries.slice(excess);
    this.#dropped += excess;
  }
}

const SECRET_FIELDS = ['stream_key', 'access_token', 'client_secret', 'assertion', 'password'];

/** A copy of a body that is safe to show: secrets become `***`. */
export function maskSecrets(fields: Record<string, unknown>): Record<string, unknown> {
  const masked = { ...fields };
  for (const name of SECRET_FIELDS) if (name in masked) masked[name] = '***';
  return masked;
}
