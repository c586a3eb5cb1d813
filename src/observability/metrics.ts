import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import type { MetricReadings } from './metric-readings.ts';
import { LATENESS_BUCKETS_S } from './stored-counts.ts';

const PREFIX = 'livestream_';
const REQUEST_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** One answered request to the API. */
export interface AnsweredRequest {
  method: string;
  /** The route's pattern, never the path: ids would make a series each. */
  route: string;
  status: number;
  ms: number;
}

/** `/metrics`: the whole installation from Redis, and this process' own requests and resources. */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #read: () => Promise<MetricReadings>;
  readonly #redisUp = this.#gauge('redis_up', '1 when Redis answered this scrape');
  readonly #writable = this.#gauge('redis_writable', '1 when Redis accepted a write within the last second or so');
  readonly #broadcasts = this.#gauge('broadcasts', 'Broadcasts by status', ['status']);
  readonly #workers = this.#gauge('workers', 'Worker processes with a current heartbeat');
  readonly #workerAccounts = this.#gauge('worker_accounts', 'Workers that have a Zoom account', ['account']);
  readonly #jobs = this.#gauge('jobs', 'BullMQ jobs by queue and state', ['queue', 'state']);
  readonly #events = this.#gauge('stored_events', 'Length of the event stream');
  readonly #quarantined = this.#gauge(
    'quarantined',
    'Zoom events and broadcast records in quarantine, for a person to check',
    ['kind'],
  );
  readonly #alerts = this.#counter('alerts_total', 'Alerts raised, by code', ['code']);
  readonly #zoom = this.#counter('zoom_requests_total', 'Requests to Zoom by outcome', ['request', 'outcome']);
  readonly #leaderErrors = this.#counter(
    'leader_errors_total',
    'Failed runs of the leader tasks (deadline: one broadcast each)',
    ['task'],
  );
  readonly #inboxEntries = this.#gauge('inbox_events', 'Zoom events that are not processed yet');
  readonly #inboxAge = this.#gauge(
    'inbox_oldest_seconds',
    'Age of the oldest Zoom event that is not processed yet; 0 when there is none',
  );
  readonly #answers: Histogram;
  #counts: MetricReadings['counts'] = {};

  constructor(read: () => Promise<MetricReadings>) {
    this.#read = read;
    collectDefaultMetrics({ register: this.#registry });
    this.#answers = new Histogram({
      name: `${PREFIX}api_request_duration_seconds`,
      help: 'Requests to the API of this process',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_BUCKETS_S,
      registers: [this.#registry],
    });
    this.#registry.registerMetric(this.#lateness() as unknown as Metric);
  }

  answered({ method, route, status, ms }: AnsweredRequest): void {
    this.#answers.observe({ method, route, status }, ms / 1_000);
  }

  /** The text for Prometheus; without Redis, only what this process knows. */
  async render(): Promise<{ contentType: string; body: string }> {
    const readings = await this.#read().catch(() => null);
    const fromRedis = [this.#broadcasts, this.#workers, this.#jobs, this.#events, this.#alerts, this.#zoom];
    const counted = [this.#workerAccounts, this.#leaderErrors, this.#inboxEntries, this.#inboxAge, this.#quarantined];
    for (const metric of [...fromRedis, ...counted]) metric.reset();
    this.#counts = {};
    this.#redisUp.set(readings ? 1 : 0);
    this.#writable.set(readings?.writable ? 1 : 0);
    if (readings) this.#take(readings);
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #take({ broadcasts, jobs, workers, workerAccounts, storedEvents, inbox, quarantined, counts }: MetricReadings): void {
    for (const [account, count] of workerAccounts) this.#workerAccounts.set({ account }, count);
    for (const { status, count } of broadcasts) this.#broadcasts.set({ status }, count);
    for (const { queue, state, count } of jobs) this.#jobs.set({ queue, state }, count);
    for (const { kind, count } of quarantined) this.#quarantined.set({ kind }, count);
    this.#workers.set(workers);
    this.#events.set(storedEvents);
    this.#inboxEntries.set(inbox.events);
    this.#inboxAge.set(inbox.oldestMs / 1_000);
    this.#counts = counts;
    for (const [field, count] of Object.entries(counts)) {
      const [kind, name = '', outcome = ''] = field.split(':');
      if (kind === 'alert') this.#alerts.inc({ code: name }, count);
      if (kind === 'leader') this.#leaderErrors.inc({ task: name }, count);
      if (kind === 'zoom') this.#zoom.inc({ request: name, outcome }, count);
    }
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }

  /** A histogram that the workers fill: prom-client's own can only observe, not take over counts. */
  #lateness() {
    const name = `${PREFIX}lateness_seconds`;
    const help = 'Time a request was sent minus the time it was due';
    const get = async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: this.#latenessValues(name) });
    return { name, help, get, reset: () => {} };
  }

  #latenessValues(name: string) {
    return ['start', 'stop'].flatMap((action) => {
      const count = (part: number | string) => this.#counts[`late:${action}:${part}`] ?? 0;
      let total = 0;
      const buckets = [...LATENESS_BUCKETS_S, '+Inf'].map((le, index) => {
        total += count(index);
        return { labels: { action, le }, value: total, metricName: `${name}_bucket` };
      });
      return [
        ...buckets,
        { labels: { action }, value: count('sum') / 1_000, metricName: `${name}_sum` },
        { labels: { action }, value: total, metricName: `${name}_count` },
      ];
    });
  }
}
