/** `watch` on a terminal: draws the board, and keeps it current with events and readings of the list. */
import { BROADCAST_STATUSES, FINAL_STATUSES } from '../../broadcasts/broadcast.ts';
import { type ApiClient, optional } from '../api/api-client.ts';
import type { BroadcastJson } from '../api/api-types.ts';
import type { FollowedEvent } from '../api/event-source.ts';
import { everyBroadcast } from '../api/pages.ts';
import { AtMostEvery } from '../at-most-every.ts';
import type { CliContext } from '../context.ts';
import { CliFailure } from '../exit-codes.ts';
import { LiveView } from './live-view.ts';
import { WatchBoard } from './watch-board.ts';
import { Freshness } from './watch-freshness.ts';
import { MAX_LISTED } from './watch-headline.ts';
import { PROBLEM_VISIBLE_MS } from './watch-rows.ts';

/** Nobody can read more than four drawings a second. In a rush each one shows many events, ms. */
const DRAW_EVERY_MS = 250;
/** Interval for updating times such as "in 12 s" without events, ms. */
const TICK_MS = 1_000;
/** Interval for rereading the list, so that no error stays on the board, ms. */
const READ_AGAIN_MS = 60_000;
const RETRY_MS = 2_000;
/** Interval for rereading open alerts and counts, ms; after an event they are read as soon as `ATTENTION_GAP_MS` allows. */
const ATTENTION_MS = 5_000;
const ATTENTION_GAP_MS = 1_000;
/** Maximum alerts read, the newest; the summary counts all. */
const MAX_ALERTS = 200;
/** The alerts of a single broadcast are searched among this many. */
const MAX_ALERTS_SEARCHED = 1_000;
const DAY_MS = 86_400_000;
const MOVING = BROADCAST_STATUSES.filter((status) => !FINAL_STATUSES.has(status) && status !== 'scheduled');

export class WatchScreen {
  readonly #context: CliContext;
  readonly #api: ApiClient;
  readonly #broadcastId: string | null;
  readonly #zone: string;
  readonly #board: WatchBoard;
  readonly #freshness = new Freshness();
  readonly #drawing: AtMostEvery;
  readonly #attention: AtMostEvery;
  readonly #view: LiveView;
  readonly #timers: NodeJS.Timeout[];
  #retry: NodeJS.Timeout | null = null;
  #connected = false;
  #reading = false;
  #refreshing = false;
  #again = false;
  #ended = false;

  /** @param options.broadcastId show only this one; null: all */
  constructor(context: CliContext, api: ApiClient, options: { broadcastId: string | null; zone: string }) {
    this.#context = context;
    this.#api = api;
    this.#broadcastId = options.broadcastId;
    this.#zone = options.zone;
    this.#board = new WatchBoard({ showLive: options.broadcastId !== null });
    this.#view = new LiveView(
      (text) => context.print(text),
      () => context.io.rows,
    );
    this.#drawing = new AtMostEvery(DRAW_EVERY_MS, context.io.clock, () => this.#draw());
    this.#attention = new AtMostEvery(ATTENTION_GAP_MS, context.io.clock, () => this.#refreshAttention());
    this.#timers = [
      setInterval(() => this.#drawing.request(), TICK_MS),
      setInterval(() => this.#read(), READ_AGAIN_MS),
      setInterval(() => this.#attention.request(), ATTENTION_MS),
    ];
  }

  /** @param listed whether `--type` selects it */
  event(followed: FollowedEvent, listed: boolean): void {
    const now = this.#now();
    this.#board.take(followed, now, listed);
    const happenedAt = Date.parse(followed.event.timestamp);
    if (!Number.isNaN(happenedAt)) this.#freshness.event(happenedAt, now);
    if (/^(alert|broadcast)\./.test(followed.event.type)) this.#attention.request();
    this.#drawing.request();
  }

  heard(): void {
    this.#freshness.heard(this.#now());
  }

  connection(stands: boolean): void {
    this.#connected = stands;
    this.#freshness.connection(stands, this.#now());
    this.#drawing.request();
    // After every connect, so that nothing between the list and the events is lost.
    if (stands) this.#read();
  }

  /** Leaves the last state on the terminal. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#retry) clearTimeout(this.#retry);
    this.#drawing.stop();
    this.#attention.stop();
    this.#draw();
    this.#view.end();
  }

  #now(): number {
    return this.#api.serverTime.now();
  }

  #draw(): void {
    const { paint, columns, io } = this.#context;
    const now = this.#now();
    const frame = { paint, columns, now: () => now, displayZone: this.#zone };
    this.#view.draw(this.#board.text(frame, io.rows, this.#freshness.staleness(now)));
  }

  /** One at a time; a request that comes meanwhile causes one more run. */
  #read(): void {
    if (!this.#connected || this.#ended) return;
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#reading = true;
    void this.#readOnce().then(() => {
      this.#reading = false;
      this.#drawing.request();
      if (this.#again) this.#read();
    });
  }

  async #readOnce(): Promise<void> {
    const round = this.#board.beginReading();
    const sentAt = this.#now();
    try {
      const [listed] = await Promise.all([this.#list(), this.#readAttention()]);
      if (this.#ended) return;
      this.#board.fill(listed, round, this.#now());
      this.#freshness.loaded(sentAt);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#ended) return;
    this.#freshness.loadFailed(reasonOf(error));
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#read(), RETRY_MS);
  }

  #refreshAttention(): void {
    if (!this.#connected || this.#ended || this.#refreshing) return;
    this.#refreshing = true;
    void this.#readAttention()
      .catch((error) => this.#failed(error))
      .finally(() => {
        this.#refreshing = false;
        if (!this.#ended) this.#drawing.request();
      });
  }

  /** The API decides what needs attention (`/v1/alerts`, `/v1/summary`), the same as on the dashboard and in `status`. */
  async #readAttention(): Promise<void> {
    const round = this.#board.beginAttention();
    const limit = this.#broadcastId === null ? MAX_ALERTS : MAX_ALERTS_SEARCHED;
    const [alerts, summary] = await Promise.all([
      optional(this.#api.listAlerts({ query: { state: 'open', limit } })),
      optional(this.#api.getSummary({ query: { timezone: this.#zone } })),
    ]);
    const id = this.#broadcastId;
    const open = alerts?.alerts.filter(({ broadcastId }) => id === null || broadcastId === null || broadcastId === id);
    this.#board.fillAttention(open ?? null, summary, round);
  }

  async #list(): Promise<BroadcastJson[]> {
    if (this.#broadcastId !== null) return [await this.#api.getBroadcast({ path: { id: this.#broadcastId } })];
    const [moving, planned, trouble] = await Promise.all([
      everyBroadcast(this.#api, { status: MOVING }),
      this.#api.listBroadcasts({ query: { status: ['scheduled'], limit: MAX_LISTED } }),
      lateTrouble(this.#api),
    ]);
    return [...moving, ...planned.broadcasts, ...trouble];
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof CliFailure) return error.problem.detail ?? error.problem.title;
  return error instanceof Error ? error.message : String(error);
}

/** Failed or missed in the last hour, and planned for a day ago at the earliest. */
export async function lateTrouble(api: ApiClient): Promise<BroadcastJson[]> {
  const from = new Date(api.serverTime.now() - DAY_MS).toISOString();
  const broadcasts = await everyBroadcast(api, { status: ['failed', 'missed'], from });
  const now = api.serverTime.now();
  return broadcasts.filter(({ updatedAt }) => now - Date.parse(updatedAt) < PROBLEM_VISIBLE_MS);
}
