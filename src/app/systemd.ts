import { spawn } from 'node:child_process';
import type { Logger } from 'pino';
import { FailureLog } from '../services/failure-log.ts';
import type { Service } from '../services/service.ts';

/** Half of systemd's limit between two signs of life, as sd_watchdog_enabled(3) recommends. */
const WATCHDOG_SHARE = 0.5;
const US_PER_MS = 1_000;
/** `systemd-notify` takes milliseconds; a hanging one must not delay a shutdown, ms. */
const NOTIFY_TIMEOUT_MS = 2_000;

/**
 * Reports to systemd that this process is ready, alive and stopping (`Type=notify` and `WatchdogSec=` of a unit). Does nothing
 * without NOTIFY_SOCKET, which systemd sets. Node has no Unix datagram sockets, so the program `systemd-notify` sends the
 * messages: the unit needs `NotifyAccess=all`.
 *
 * The sign of life comes from the event loop. It does not depend on Redis or Zoom: a restart would not bring them back.
 *
 * @see https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
 */
export class SystemdNotifier implements Service {
  readonly name = 'systemd notifier';
  readonly #env: NodeJS.ProcessEnv;
  readonly #failures: FailureLog;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(env: NodeJS.ProcessEnv, logger: Logger) {
    this.#env = env;
    this.#failures = new FailureLog(logger);
  }

  /** Reports ready, then sends signs of life at the rate that WATCHDOG_USEC sets. */
  async start(): Promise<void> {
    if (!this.#env['NOTIFY_SOCKET'] || this.#timer) return;
    await this.#send('--ready');
    const watchdogMs = Number(this.#env['WATCHDOG_USEC'] ?? 0) / US_PER_MS;
    if (!(watchdogMs > 0) || this.#stopped) return;
    this.#timer = setInterval(() => void this.#send('WATCHDOG=1'), watchdogMs * WATCHDOG_SHARE);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (!this.#env['NOTIFY_SOCKET'] || this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    // Not `--stopping`: systemd-notify of Debian 12 (252) does not know it.
    await this.#send('STOPPING=1');
  }

  /** Never rejects: the service works even if systemd does not hear it. */
  #send(message: string): Promise<void> {
    return new Promise((resolve) => {
      const child = spawn('systemd-notify', [message], { env: this.#env, stdio: 'ignore', timeout: NOTIFY_TIMEOUT_MS });
      child.on('error', (error) => {
        this.#failures.failed(
          'systemd-notify',
          error,
          'systemd-notify could not be run: systemd does not hear from this process',
        );
        resolve();
      });
      child.on('exit', (code, signal) => {
        if (code === 0) this.#failures.succeeded('systemd-notify');
        else
          this.#failures.failed('systemd-notify', new Error(`ended with ${signal ?? code}`), 'systemd-notify failed');
        resolve();
      });
    });
  }
}
