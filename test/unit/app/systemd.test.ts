import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemdNotifier } from '../../../src/app/systemd.ts';
import { until } from '../../support/wait-for.ts';

/** Stands for systemd: a `systemd-notify` that writes down what it is asked to send. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livestream-systemd-'));
  await writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\nprintf '%s\\n' "$1" >> "$NOTIFY_SOCKET"\n`);
  await chmod(join(folder, 'systemd-notify'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const messages: string[] = [];
const logger = pino({ level: 'warn' }, { write: (line: string) => void messages.push(line) });
const said = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);

it('reports ready, signs of life and stopping, in this order', async () => {
  const socket = join(folder, 'all');
  const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '40000' };
  const notifier = new SystemdNotifier(env, logger);
  await notifier.start();
  await until('two signs of life', async () => (await said(socket)).filter((one) => one === 'WATCHDOG=1').length >= 2);
  await notifier.stop();
  await notifier.stop();
  const all = await said(socket);
  expect(all[0]).toBe('--ready');
  expect(all.filter((one) => one === 'STOPPING=1')).toHaveLength(1);
});

it('sends no signs of life when systemd does not ask for them', async () => {
  const socket = join(folder, 'ready');
  const notifier = new SystemdNotifier(
    { PATH: `${folder}${delimiter}${process.env['PATH']}`, NOTIFY_SOCKET: socket },
    logger,
  );
  await notifier.start();
  await notifier.stop();
  expect(await said(socket)).toEqual(['--ready', 'STOPPING=1']);
});

it('says nothing outside systemd, and works on where systemd-notify is missing', async () => {
  await new SystemdNotifier({ PATH: folder }, logger).start();
  expect(messages).toEqual([]);
  const notifier = new SystemdNotifier({ PATH: join(folder, 'nowhere'), NOTIFY_SOCKET: join(folder, 'none') }, logger);
  await notifier.start();
  await notifier.stop();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('systemd-notify could not be run');
});
