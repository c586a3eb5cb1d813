import { describe, it, type TestContext } from 'vitest';
import { createNotifications } from '../../../src/notifications/notification-feed.ts';
import type { Service as Notifications } from '../../../src/services/service.ts';
import { type MailServer, startMailServer } from '../../support/mail-server.ts';
import { type Receiver, startReceiver } from '../../support/notification-receiver.ts';
import { type Service, startService } from '../../support/running-service.ts';

/** Messages for people: mail, Slack and Teams, one for one cause. */

const LOGIN = { user: 'ops@example.org', password: 'hunter2hunter2' };
/** Collected for longer than a busy machine takes to write an outage. */
const TIMES = {
  pausesS: Array(12).fill(0.02) as number[],
  collectMs: { standard: 0, slack: 5_000, teams: 5_000, mail: 5_000 },
};
const GRACE_MS = 12_000;
const SOON = { timeout: 30_000 };

interface Rig {
  mail: MailServer;
  chat: Receiver;
  service: Service;
  /** One more process that sends. */
  work(): Promise<Notifications>;
  running: Notifications[];
}

/** A mail server, a chat and a service of one case: cases wait for their collecting side by side. */
async function begin(
  { onTestFinished }: TestContext,
  targets: string | ((chatUrl: string) => string),
  { processes = 1, password = LOGIN.password } = {},
): Promise<Rig> {
  const [mail, chat] = await Promise.all([startMailServer(LOGIN), startReceiver()]);
  const NOTIFY_URL = typeof targets === 'string' ? targets : targets(chat.url);
  const SMTP_URL = `smtp://${encodeURIComponent(LOGIN.user)}:${password}@127.0.0.1:${mail.port}`;
  const service = await startService({ NOTIFY_URL, SMTP_URL });
  const running: Notifications[] = [];
  onTestFinished(async () => {
    await Promise.all(running.map((one) => one.stop(GRACE_MS)));
    await service.stop();
    await Promise.all([mail.stop(), chat.stop()]);
  });
  const work = async () => {
    const one = createNotifications(service.core, TIMES);
    if (!one) throw new Error('no NOTIFY_URL');
    await one.start();
    running.push(one);
    return one;
  };
  for (let i = 0; i < processes; i += 1) await work();
  return { mail, chat, service, work, running };
}

/** Writes alerts of an outage as `commit.lua` does: one event for each broadcast. */
async function outage({ service }: Rig, from: number, to: number, type = 'alert.failed'): Promise<void> {
  const { redis, keys } = service.core;
  const together = redis.pipeline();
  for (let n = from; n <= to; n += 1) {
    const advice = `To put it on air now: livestream retry bc_${n}`;
    const said = { message: 'Zoom answered 503.', advice, account: 'east', labels: {} };
    const data = { id: `bc_${n}`, broadcastId: `bc_${n}`, meetingId: `${10_000 + n}`, title: `Hall ${n}`, ...said };
    together.xadd(keys.named('events'), '*', 'e', JSON.stringify({ type, timestamp: '', data }));
  }
  await together.exec();
}
const dead = async ({ service }: Rig) => (await service.json('GET', '/v1/notifications/dead')).dead;
const halls = (text: string) => new Set([...text.matchAll(/“Hall (\d+)”/g)].map(([, n]) => n)).size;

describe.concurrent('an outage with 40 broadcasts', () => {
  it('is one mail with 40 names, from two workers, encrypted and under a login', async (test) => {
    const { expect } = test;
    const rig = await begin(test, 'mailto:a@example.org?only=alert.*', { processes: 2 });
    const { mail } = rig;
    await outage(rig, 1, 25);
    await outage(rig, 26, 40);
    await outage(rig, 41, 41, 'alert.missed');
    await outage(rig, 42, 42, 'broadcast.live');
    await expect.poll(() => mail.mails.length, SOON).toBe(2);
    const [all, other] = mail.mails.sort((a, b) => b.text.length - a.text.length);
    expect(all).toMatchObject({ to: ['a@example.org'], from: LOGIN.user, encrypted: true, user: LOGIN.user });
    expect(all?.subject).toBe('Alert: Failed: 40 broadcasts');
    expect(halls(all?.text ?? '')).toBe(40);
    expect(all?.text).toContain('livestream retry ID');
    expect(other?.subject).toBe('Alert: Missed: “Hall 41” (meeting 10041)');
    // What comes later is a message of its own.
    await outage(rig, 50, 50);
    await expect.poll(() => mail.mails.length, SOON).toBe(3);
    expect(mail.mails[2]?.subject).toContain('Hall 50');
  });

  it('is one message each in Slack and Teams', async (test) => {
    const { expect } = test;
    const rig = await begin(test, (url) => `${url}/slack?format=slack,${url}/teams?format=teams`);
    const { chat } = rig;
    await outage(rig, 1, 40);
    await expect.poll(() => chat.received.length, SOON).toBe(2);
    for (const { body } of chat.received) expect(halls(body)).toBe(40);
    expect(chat.received.map(({ path }) => path).sort()).toEqual(['/hook/slack', '/hook/teams']);
  });

  it('names the first 100 of more, and counts the others', async (test) => {
    const { expect } = test;
    const rig = await begin(test, (url) => `${url}/slack?format=slack`);
    const { chat, service } = rig;
    await outage(rig, 1, 250);
    const { redis } = service.core;
    const kept = async () => Promise.all((await redis.keys('*notify-batch:*')).map((key) => redis.hlen(key)));
    await expect.poll(kept, SOON).toEqual([101]);
    await expect.poll(() => chat.received.length, SOON).toBe(1);
    const body = chat.received[0]?.body ?? '';
    expect([halls(body), body.includes('Failed: 250 broadcasts'), body.includes('and 150 more')]).toEqual([
      100,
      true,
      true,
    ]);
  });

  it('loses no name and sends none twice when the process dies that collects', async (test) => {
    const { expect } = test;
    const rig = await begin(test, 'mailto:a@example.org');
    const { mail, service, running, work } = rig;
    await outage(rig, 1, 10);
    const queued = () => service.core.redis.keys('*notify-batch:*');
    await expect.poll(async () => (await queued()).length, SOON).toBe(1);
    await running.splice(0)[0]?.stop(0);
    // It read the events, and died before it said so: they are read again.
    await service.core.redis.xgroup('SETID', service.core.keys.named('events'), 'notifications', '0');
    await work();
    await expect.poll(() => mail.mails.length, SOON).toBe(1);
    expect(halls(mail.mails[0]?.text ?? '')).toBe(10);
    await outage(rig, 11, 11);
    await expect.poll(() => mail.mails.length, SOON).toBe(2);
    expect(mail.mails[1]?.subject).toContain('Hall 11');
    expect(await queued()).toEqual([]);
  });
});

describe.concurrent('a mail that is refused', () => {
  it('is tried again as it was, and listed when it is given up; the password is nowhere', async (test) => {
    const { expect } = test;
    const rig = await begin(test, 'mailto:a@example.org?only=alert.*', { password: 'wrongwrong99' });
    const { mail, service } = rig;
    await outage(rig, 1, 3);
    await expect.poll(async () => (await dead(rig)).length, SOON).toBe(1);
    const [letter] = await dead(rig);
    expect(letter).toMatchObject({ type: 'alert.failed', attempts: 13, events: 3 });
    expect(letter.target).toContain('a@example.org');
    expect(letter.reason).toContain('127.0.0.1 answered 535');
    expect(JSON.stringify([letter, service.log])).not.toContain('wrongwrong99');
    expect(mail.mails).toEqual([]);
  });

  it('is sent by a retry, whole', async (test) => {
    const { expect } = test;
    const rig = await begin(test, 'mailto:a@example.org?only=alert.*');
    const { mail, service } = rig;
    mail.refuse.push(...Array(13).fill({ code: 451, message: 'try later' }));
    await outage(rig, 1, 3);
    await expect.poll(async () => (await dead(rig)).length, SOON).toBe(1);
    expect(await service.json('POST', '/v1/notifications/dead/retry')).toEqual({ retried: 1 });
    await expect.poll(() => mail.mails.length, SOON).toBe(1);
    expect(halls(mail.mails[0]?.text ?? '')).toBe(3);
  });
});

it.concurrent('a test message goes to each target in its form, and says what the server answered', async (test) => {
  const { expect } = test;
  const { mail, chat, service } = await begin(
    test,
    (url) => `mailto:a@example.org,${url}?format=slack,${url}?format=teams,${url}`,
  );
  chat.next = [{ status: 400, headers: {} }];
  const { targets } = await service.json('POST', '/v1/notifications/test');
  expect(targets).toHaveLength(4);
  expect(targets[0]).toMatchObject({ delivered: true, status: 250, target: expect.stringContaining('a@example.org') });
  expect(targets.filter(({ status }: { status: number }) => status === 400)).toEqual([
    expect.objectContaining({ delivered: false, reason: 'answered 400' }),
  ]);
  expect(mail.mails[0]?.text).toContain('This is a test of livestream-scheduler.');
  const forms = chat.received.map(({ json }) => (json.blocks ? 'slack' : json.attachments ? 'teams' : json.type));
  expect(forms.sort()).toEqual(['notification.test', 'slack', 'teams']);
});
