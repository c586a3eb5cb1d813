import { isFinal } from '../broadcasts/broadcast.ts';
import { DecisionBuilder } from '../broadcasts/decision.ts';
import type { Config } from '../config.ts';
import { ConfigError } from '../config.ts';
import { LivestreamError } from '../errors.ts';
import { joinInstallation } from '../installation/belonging.ts';
import { configuredZoomOf } from '../installation/configured-zoom.ts';
import { accountsOfWorkers } from '../queue/known-accounts.ts';
import { zoomAccountsOf } from '../zoom/accounts.ts';
import type { AppContext } from './context.ts';

/** Maximum broadcasts named in one log line. */
const MAX_NAMED = 20;
const PAGE = 500;

/**
 * Rereads ZOOM_ACCOUNTS_FILE at every SIGHUP. @returns a function that ends this
 * @param load reads and checks all settings; this uses only the accounts
 */
export function reloadAccountsOnHangup(core: AppContext, load: () => Config): () => void {
  let running = Promise.resolve();
  const onHangup = () => {
    running = running
      .then(() => reloadAccounts(core, load))
      .catch((error) => {
        core.logger.error({ err: error }, 'could not reload the Zoom accounts');
      });
  };
  process.on('SIGHUP', onHangup);
  return () => process.off('SIGHUP', onHangup);
}

/** Replaces all accounts at once. After any error the old ones stay, and every error is logged. */
export async function reloadAccounts(core: AppContext, load: () => Config): Promise<void> {
  const { accounts, logger } = core;
  const before = accounts.names();
  try {
    const config = load();
    const configured = configuredZoomOf(config, false);
    // An account that now names another Zoom account would change the installation, which a reload must not do.
    await joinInstallation(core, { zoom: configured });
    accounts.replaceAll(zoomAccountsOf(config));
    core.belonging.zoom = configured;
  } catch (error) {
    const issues = error instanceof ConfigError ? error.problems : [{ name: 'accounts', message: reasonOf(error) }];
    logger.error({ errors: issues }, 'the Zoom accounts were not reloaded: the settings have errors');
    return;
  }
  const after = accounts.names();
  const removed = before.filter((name) => !after.includes(name));
  const added = after.filter((name) => !before.includes(name));
  logger.info({ accounts: after, added, removed }, 'Zoom accounts reloaded');
  await core.onAccounts();
  for (const name of removed) await reportPending(core, name);
}

function reasonOf(error: unknown): string {
  return error instanceof LivestreamError ? error.message : String(error);
}

/**
 * Logs a removed account that broadcasts still need. Each of its broadcasts shows a warning once no worker has the account: during a
 * rolling change other workers still have it.
 */
async function reportPending(core: AppContext, account: string): Promise<void> {
  const pending = await pendingOf(core, account);
  if (pending.length === 0) return;
  if ((await accountsOfWorkers(core.redis, core.keys)).has(account)) {
    const message =
      'an account that unfinished broadcasts need was removed from this worker; workers that still have it will run them';
    core.logger.warn({ account, pending: pending.length }, message);
    return;
  }
  core.logger.error(
    { account, pending: pending.length, broadcastIds: pending.slice(0, MAX_NAMED) },
    'an account that unfinished broadcasts need was removed, and no worker has it: their starts will be missed',
  );
  for (const id of pending) await warn(core, id, account);
}

async function pendingOf({ redis, store: all }: AppContext, account: string): Promise<string[]> {
  const store = all.of(account);
  const ids = await redis.zrangebyscore(store.keys.index(`account:${account}`), '-inf', '+inf');
  const pending: string[] = [];
  for (let from = 0; from < ids.length; from += PAGE) {
    const page = await store.getMany(ids.slice(from, from + PAGE));
    pending.push(...page.filter((broadcast) => !isFinal(broadcast)).map(({ id }) => id));
  }
  return pending;
}

/** The next preflight removes the warning when the account is back. */
async function warn({ writer }: AppContext, id: string, account: string): Promise<void> {
  await writer.update(id, ({ broadcast, now }) => {
    if (isFinal(broadcast) || broadcast.warnings.some(({ code }) => code === 'account_removed')) return null;
    const builder = new DecisionBuilder(broadcast, now, 'reload');
    const message = `The Zoom account ${account} is no longer configured on any worker.`;
    const advice = 'Add the account again, or assign the broadcast to another account.';
    builder.next.warnings = [...broadcast.warnings, { code: 'account_removed', message, advice }];
    builder.alert('preflight', `${message} ${advice}`, { advice });
    return builder.build();
  });
}
