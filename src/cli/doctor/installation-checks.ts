import { AlertStore } from '../../alerts/alert-store.ts';
import type { Keys } from '../../broadcasts/store/keys.ts';
import { type CheckOutcome, failed, ok, warning } from '../../health/check-result.ts';
import { oldestCanary, workersSeen } from '../../queue/heartbeat.ts';
import { mixedVersions, runningProcesses, versionsOf } from '../../queue/process-list.ts';
import type { RedisClient } from '../../redis/connection.ts';
import { describeLength } from '../../time/human-duration.ts';
import { refusedDeliveries } from '../../zoom/events/refused-events.ts';

/** Redis' time, ms. */
type At = number;

export interface InstallationCheck {
  name: string;
  run(redis: RedisClient, keys: Keys, now: At): Promise<CheckOutcome>;
}

/** Checks the processes running on this Redis, and their reports. Only reads. */
export const INSTALLATION_CHECKS: InstallationCheck[] = [
  { name: 'workers', run: checkWorkers },
  { name: 'versions', run: checkVersions },
  { name: 'zoom events', run: checkEvents },
  { name: 'alerts', run: checkAlerts },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A worker sends itself a timer every 5 s; the watchdog acts after 15 s. */
const CANARY_LATE_MS = 20_000;

async function checkWorkers(redis: RedisClient, keys: Keys, now: At): Promise<CheckOutcome> {
  const [seen, due, canaryAgeMs] = await Promise.all([
    workersSeen(redis, keys),
    redis.zcount(keys.named('due'), '-inf', now + HOUR_MS),
    oldestCanary(redis, keys, now),
  ]);
  if (canaryAgeMs > CANARY_LATE_MS)
    return failed(
      `a worker is running, but BullMQ has not delivered its timer for ${describeLength(canaryAgeMs)}: it hangs`,
      'restart that worker; its log says whether it noticed (BullMQ hangs although Redis answers)',
    );
  if (seen > 0) return ok(`${seen} running`);
  const fix = 'start one: livestream worker (under `up`: restart it); its log says why the last one stopped';
  if (due === 0) return warning('none is running; nothing is due within the hour', fix);
  return failed(
    `none is running, and ${due === 1 ? '1 start or stop is' : `${due} starts and stops are`} due within the hour or overdue`,
    fix,
  );
}

async function checkVersions(redis: RedisClient, keys: Keys, now: At): Promise<CheckOutcome> {
  const processes = await runningProcesses(redis, keys, now);
  const versions = versionsOf(processes);
  if (versions.length > 1)
    return warning(
      mixedVersions(processes),
      'normal during an update; after it, restart the processes of the older version with the newer one',
    );
  const [version] = versions[0] ?? [];
  if (version === undefined) return ok('no process is running');
  return ok(`${version} (${processes.length === 1 ? '1 process' : `${processes.length} processes`})`);
}

async function checkEvents(redis: RedisClient, keys: Keys, now: At): Promise<CheckOutcome> {
  const [refused, seen, unconfirmed] = await Promise.all([
    refusedDeliveries(redis, keys),
    redis.hvals(keys.named('events-seen')),
    redis.zcard(keys.named('alerts:open:unconfirmed')),
  ]);
  const last = Math.max(0, ...seen.map(Number).filter(Number.isFinite));
  const lastly = last === 0 ? 'none has come in yet' : `the last one came ${describeLength(now - last)} ago`;
  if (refused.lastAt !== null && now - refused.lastAt < DAY_MS && refused.lastAt > last)
    return failed(
      `${refused.count} refused because the signature was wrong, the last one ${describeLength(now - refused.lastAt)} ago; ${lastly}`,
      'copy the Secret Token of the app’s event subscription to ZOOM_WEBHOOK_SECRET_TOKEN (or webhookSecretToken of the account), and restart the API',
    );
  if (unconfirmed > 0)
    return warning(
      `${lastly}, and ${unconfirmed === 1 ? 'a start is' : `${unconfirmed} starts are`} not confirmed`,
      'turn the app’s event subscription off and on again, and check that Zoom reaches /v1/zoom/webhooks from outside',
    );
  return ok(lastly);
}

async function checkAlerts(redis: RedisClient, keys: Keys): Promise<CheckOutcome> {
  const alerts = new AlertStore(redis, keys);
  const [byCode, [latest]] = await Promise.all([
    alerts.openByCode(),
    redis.zrevrange(keys.named('alerts:open'), 0, 0).then((ids) => alerts.getMany(ids)),
  ]);
  const codes = Object.entries(byCode).map(([code, count]) => `${code} ${count}`);
  if (codes.length === 0 || !latest) return ok('none is open');
  return warning(
    `open: ${codes.join(', ')}; the latest: ${latest.message}`,
    `${latest.advice} (all: livestream alerts)`,
  );
}
