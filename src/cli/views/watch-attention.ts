/** What needs attention on the board: the API's open alerts, and problems in its summary. Pure. */
import { describeLength } from '../../time/human-duration.ts';
import type { AlertsJson, BroadcastJson, SummaryJson } from '../api/api-types.ts';
import { type Problem, problemOf } from './watch-rows.ts';

/** Starts and stops less overdue than this count as in progress, ms. */
const OVERDUE_MS = 30_000;

export interface OpenAlert {
  id: string;
  code: string;
  /** Null when it concerns the whole installation. */
  broadcastId: string | null;
  message: string;
  /** ISO 8601. */
  raisedAt: string;
}

export class Attention {
  readonly #alerts = new Map<string, { alert: OpenAlert; round: number }>();
  #summary: SummaryJson | null = null;
  #round = 0;
  #isRead = false;

  /** Whether the API has sent its open alerts; an older API has none. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** Null: an older API, or nothing read yet. */
  get summary(): SummaryJson | null {
    return this.#summary;
  }

  /** Call this before reading the alerts. @returns the argument for `fill` */
  beginReading(): number {
    this.#round += 1;
    return this.#round;
  }

  /** Replaces the open alerts by those read. An alert raised since `round` began stays. Null: an older API. */
  fill(alerts: AlertsJson['alerts'] | null, summary: SummaryJson | null, round: number): void {
    this.#summary = summary;
    if (alerts === null) return;
    this.#isRead = true;
    for (const [id, known] of this.#alerts) if (known.round < round) this.#alerts.delete(id);
    for (const alert of alerts) this.#alerts.set(alert.id, { alert, round });
  }

  raise(alert: OpenAlert): void {
    this.#alerts.set(alert.id, { alert, round: this.#round });
  }

  /** The state of a broadcast has changed. The API reports which alerts that resolves; an older API does not. */
  changed(broadcastId: string): void {
    if (this.#isRead) return;
    for (const [id, { alert }] of this.#alerts) if (alert.broadcastId === broadcastId) this.#alerts.delete(id);
  }

  concerns(broadcastId: string): boolean {
    return this.messageOf(broadcastId) !== null;
  }

  /** The message of an open alert about this broadcast. */
  messageOf(broadcastId: string): string | null {
    for (const { alert } of this.#alerts.values()) if (alert.broadcastId === broadcastId) return alert.message;
    return null;
  }

  get noWorker(): boolean {
    return this.#summary !== null && this.#summary.workers.seen === 0;
  }

  /** One per alert: those about the installation first, then failures, the newest first. */
  problems(known: ReadonlyMap<string, BroadcastJson>, now: number): Problem[] {
    const open = [...this.#alerts.values()].map(({ alert }) => alert);
    // The board has a separate line for no worker.
    const listed = open.filter(({ code }) => !(code === 'no_worker' && this.noWorker));
    listed.sort((a, b) => gravity(a) - gravity(b) || Date.parse(b.raisedAt) - Date.parse(a.raisedAt));
    const problems = listed.map((alert) => ({
      broadcast: known.get(alert.broadcastId ?? '') ?? null,
      alert,
      why: alert.message,
    }));
    return [...this.#overdue(known, now), ...problems];
  }

  /** Their number, including those not read. @param listed those of `problems` */
  count(listed: Problem[], known: ReadonlyMap<string, BroadcastJson>, now: number): number {
    const open = Math.max(this.#alerts.size, this.#summary?.alerts.open ?? 0);
    const hasAlert = [...this.#alerts.values()].some(({ alert }) => alert.code === 'no_worker');
    const all = open + this.#overdue(known, now).length + (this.noWorker && !hasAlert ? 1 : 0);
    return Math.max(all, listed.length);
  }

  /** The most overdue broadcast, unless an alert covers it. */
  #overdue(known: ReadonlyMap<string, BroadcastJson>, now: number): Problem[] {
    const overdue = this.#summary?.oldestOverdue;
    if (!overdue || this.concerns(overdue.broadcastId)) return [];
    const by = now - Date.parse(overdue.at);
    const broadcast = known.get(overdue.broadcastId) ?? null;
    if (by < OVERDUE_MS || (broadcast !== null && problemOf(broadcast, now) === null)) return [];
    const { action, broadcastId, title, meetingId, at } = overdue;
    const why = `${title ?? meetingId}: the ${action} is ${describeLength(by)} overdue`;
    return [{ broadcast, alert: { code: 'overdue', broadcastId, raisedAt: at }, why }];
  }
}

function gravity({ code, broadcastId }: OpenAlert): number {
  if (broadcastId === null) return 0;
  if (code === 'failed' || code === 'missed') return 1;
  return code === 'preflight' ? 3 : 2;
}
