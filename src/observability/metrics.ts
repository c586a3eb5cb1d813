import { Counter, collectDefaultMetrics, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import { COUNTERS, type CounterName, GAUGES, type GaugeName, STORED_HISTOGRAMS } from './metric-list.ts';
import type { MetricReadings } from './metric-readings.ts';
import { countersOf, gaugesOf, type Sample } from './samples.ts';
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

/** What a process knows of itself. */
export interface OwnProcess {
  process: 'api' | 'worker';
  version: string;
  /** Null: run from the sources. */
  commit: string | null;
  zoomInFlight(): number;
  /** Redis' clock minus this machine's, ms. */
  clockOffsetMs(): number;
  startsHeld(): boolean;
}

/** `/metrics`: the whole installation from Redis, and this process' own requests and resources. docs/metrics.md explains each. */
export class ServiceMetrics {
  readonly #registry = new Registry();
  readonly #own: OwnProcess;
  readonly #read: () => Promise<MetricReadings>;
  readonly #gauges = new Map<GaugeName, Gauge>();
  readonly #counters = new Map<CounterName, Counter>();
  readonly #answers: Histogram;
  #counts: MetricReadings['counts'] = {};

  constructor(own: OwnProcess, read: () => Promise<MetricReadings>) {
    this.#own = own;
    this.#read = read;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    for (const [name, { help, ...more }] of entries(GAUGES))
      this.#gauges.set(name, new Gauge({ name: PREFIX + name, help, labelNames: labelsOf(more), registers }));
    for (const [name, { help, ...more }] of entries(COUNTERS))
      this.#counters.set(name, new Counter({ name: PREFIX + name, help, labelNames: labelsOf(more), registers }));
    this.#answers = new Histogram({
      name: `${PREFIX}api_request_duration_seconds`,
      help: 'Requests to the API of this process',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_BUCKETS_S,
      registers,
    });
    for (const [name, histogram] of entries(STORED_HISTOGRAMS))
      this.#registry.registerMetric(this.#stored(PREFIX + name, histogram) as unknown as Metric);
  }

  answered({ method, route, status, ms }: AnsweredRequest): void {
    this.#answers.observe({ method, route, status }, ms / 1_000);
  }

  /** The text for Prometheus; without Redis, only what this process knows. */
  async render(): Promise<{ contentType: string; body: string }> {
    const readings = await this.#read().catch(() => null);
    for (const metric of [...this.#gauges.values(), ...this.#counters.values()]) metric.reset();
    this.#counts = readings?.counts ?? {};
    const gauges: Sample<GaugeName>[] = [
      ['redis_writable', 0],
      ['redis_up', readings ? 1 : 0],
      ...this.#ofProcess(),
      ...(readings ? gaugesOf(readings) : []),
    ];
    for (const [name, value, labels = {}] of gauges) this.#gauges.get(name)?.set(labels, value);
    for (const [name, value, labels = {}] of readings ? countersOf(readings) : [])
      this.#counters.get(name)?.inc(labels, value);
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #ofProcess(): Sample<GaugeName>[] {
    const { process: role, version, commit, ...own } = this.#own;
    return [
      ['build_info', 1, { version, commit: commit ?? '', node: process.version, process: role }],
      ['zoom_requests_in_flight', own.zoomInFlight()],
      ['redis_clock_offset_seconds', own.clockOffsetMs() / 1_000],
      ['starts_held', own.startsHeld() ? 1 : 0],
    ];
  }

  /** A histogram that all processes fill in Redis: prom-client's own can only observe, not take over counts. */
  #stored(name: string, { help, field, label, values }: StoredHistogram) {
    const series =
      label && values
        ? values.map((value) => ({ field: `${field}:${value}`, labels: { [label]: value } }))
        : [{ field, labels: {} }];
    const read = () => series.flatMap(({ field: own, labels }) => this.#storedValues(name, own, labels));
    return {
      name,
      help,
      get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: read() }),
      reset: () => {},
    };
  }

  #storedValues(name: string, field: string, labels: Record<string, string>) {
    const count = (part: number | string) => this.#counts[`${field}:${part}`] ?? 0;
    let total = 0;
    const buckets = [...LATENESS_BUCKETS_S, '+Inf'].map((le, index) => {
      total += count(index);
      return { labels: { ...labels, le }, value: total, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: count('sum') / 1_000, metricName: `${name}_sum` },
      { labels, value: total, metricName: `${name}_count` },
    ];
  }
}

interface StoredHistogram {
  help: string;
  field: string;
  label?: string;
  values?: readonly string[];
}

function labelsOf({ labels }: { labels?: readonly string[] }): string[] {
  return [...(labels ?? [])];
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
