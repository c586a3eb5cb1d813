import { nanoid } from 'nanoid';
import type { NotifyTarget } from '../config.ts';
import type { NotificationDeps } from '../http/routes/notification-routes.ts';
import { DisabledTargets } from '../notifications/disabled-targets.ts';
import { type DeadLetter, NotificationQueue } from '../notifications/notification-queue.ts';
import { Notifier } from '../notifications/notifier.ts';
import { packageVersion } from '../version.ts';
import type { AppContext } from './context.ts';

/** Opens the API's view of the notifications; the workers send them. */
export function openNotifications(core: AppContext): NotificationDeps & { close(): Promise<void> } {
  const { config, redis, keys, clock } = core;
  const { targets, smtp } = config.notify;
  const queue = new NotificationQueue({ redis, keys, retentionMs: config.retentionMs });
  const notifier = new Notifier({
    clock,
    secret: config.notify.secret?.reveal() ?? null,
    version: packageVersion(),
    proxies: config.proxies,
    smtp,
  });
  const gone = new DisabledTargets(redis, keys);
  const nameOf = (id: string) => targets.find((target) => target.id === id)?.name ?? `no longer in NOTIFY_URL (${id})`;
  const test = async (target: NotifyTarget) => {
    const timestamp = new Date(clock.now()).toISOString();
    const message = 'This is a test of livestream-scheduler.';
    const text = JSON.stringify({ type: 'notification.test', timestamp, data: { message } });
    const { delivered, status, reason, tookMs } = await notifier.send(target, {
      id: `test_${nanoid()}`,
      texts: [text],
    });
    if (delivered) await gone.forget(target.id);
    return { target: target.name, delivered, status, reason, tookMs };
  };
  return {
    dead: async (limit) => (await queue.dead(limit)).map((letter) => deadLetterView(letter, nameOf)),
    retryDead: (limit) => queue.retryDead(limit),
    test: () => Promise.all(targets.map(test)),
    close: async () => {
      await queue.close();
      await notifier.close();
    },
  };
}

function deadLetterView({ text, target, ...letter }: DeadLetter, nameOf: (id: string) => string) {
  return { ...letter, target: nameOf(target), event: JSON.parse(text) as unknown };
}
