import type { Logger } from 'pino';
import { type ClockTrust, MAX_DIFFERENCE_MS, offBy, type Peer } from '../redis/clock-trust.ts';

/** The part of `AlertStore` that clock alerts need. */
export interface ClockAlertStore {
  raiseInstallationAlert(alert: { code: 'clock'; key: string; message: string; advice: string }): Promise<boolean>;
  resolve(key: string): Promise<boolean>;
}

const REDIS = 'clock:redis';
/** Consecutive bad readings before an alert: one late reading means nothing. */
const READINGS_BEFORE_ALERT = 3;

/** Raises `alert.clock` for Redis' clock and for this machine's, and resolves it when they agree again. */
export class ClockAlerts {
  readonly #alerts: ClockAlertStore;
  readonly #host: string;
  readonly #logger: Logger;
  #reported: ClockTrust['kind'] | null = null;
  #offReadings = 0;
  /** Null: unknown; an earlier process on this machine may have raised it. */
  #machineReported: boolean | null = null;

  constructor(alerts: ClockAlertStore, host: string, logger: Logger) {
    this.#alerts = alerts;
    this.#host = host;
    this.#logger = logger;
  }

  /** Reports changes since the last call. */
  async report(trust: ClockTrust, own: Peer, peers: readonly Peer[]): Promise<void> {
    await this.#reportRedis(trust, peers);
    await this.#reportMachine(trust, own, peers);
  }

  async #reportRedis(trust: ClockTrust, peers: readonly Peer[]): Promise<void> {
    const { kind, stepMs } = trust;
    if (kind === this.#reported) return;
    if (kind === 'trusted') {
      // Other processes may still hold starts: the last one to trust the clock again resolves the alert.
      if (peers.some(({ serviceAheadMs }) => Math.abs(serviceAheadMs) > MAX_DIFFERENCE_MS)) return;
      if (await this.#alerts.resolve(REDIS)) this.#logger.info('the clocks agree again; starts resume');
    } else if (kind === 'held') {
      const message = `the clock of Redis jumped: it is ${inWords(stepMs)} the time that ${this.#host} expects. Starts are held until it is clear which time is right`;
      const advice = `Compare the clock of the Redis machine with that of ${this.#host} (date -u), and set both with NTP (timedatectl set-ntp true). Starts resume automatically.`;
      await this.#alerts.raiseInstallationAlert({ code: 'clock', key: REDIS, message, advice });
      this.#logger.error({ stepMs: Math.round(stepMs), advice }, message);
    } else {
      const message = `the clock of Redis stays ${inWords(stepMs)} the time of the service; starts resume, using the time of the workers`;
      this.#logger.error({ stepMs: Math.round(stepMs) }, message);
    }
    this.#reported = kind;
  }

  async #reportMachine(trust: ClockTrust, own: Peer, peers: readonly Peer[]): Promise<void> {
    const off = offBy(own, trust);
    if (trust.kind === 'held') return;
    const key = `clock:${this.#host}`;
    this.#offReadings = off === null ? 0 : this.#offReadings + 1;
    if (off !== null && this.#offReadings >= READINGS_BEFORE_ALERT && this.#machineReported !== true) {
      const message = `the clock of ${this.#host} is ${inWords(off)} the time of the service. Broadcasts are not affected: the service uses the clock of Redis`;
      const advice = `Set the clock of ${this.#host} with NTP (timedatectl set-ntp true).`;
      this.#machineReported = true;
      await this.#alerts.raiseInstallationAlert({ code: 'clock', key, message, advice });
      this.#logger.warn({ offMs: Math.round(off), advice }, message);
    }
    const others = peers.filter(({ host }) => host === this.#host);
    if (off !== null || this.#machineReported === false || others.some((peer) => offBy(peer, trust) !== null)) return;
    await this.#alerts.resolve(key);
    this.#machineReported = false;
  }
}

/** "3,600 s ahead of" */
function inWords(ms: number): string {
  const length = `${Math.round(Math.abs(ms) / 1_000).toLocaleString('en')} s`;
  return ms > 0 ? `${length} ahead of` : `${length} behind`;
}
