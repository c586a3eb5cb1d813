import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Installation, newMeetingId, startInstallation } from '../support/installation.ts';
import { MAIN } from '../support/livestream-process.ts';
import { until } from '../support/wait-for.ts';

/** What the service advises is followed to the letter, by the command line of the build, against real processes. */

let on: Installation;
beforeAll(async () => {
  on = await startInstallation();
});
afterAll(() => on?.close());

async function livestream(command: string) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, LIVESTREAM_API_URL: on.url };
  const child = spawn(process.execPath, [MAIN, ...command.split(' ')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

/** The command that a text advises, without `livestream`. */
function commandIn(text: string | null | undefined): string {
  const inTicks = /`livestream ([^`]+)`/.exec(text ?? '')?.[1];
  if (inTicks) return inTicks;
  const found = /(?:Run|run|[Oo]nce (?:that is )?fixed|To undo): *livestream ([^\n]+?)$/m.exec(text ?? '')?.[1];
  if (!found) throw new Error(`no command in: ${text}`);
  return found;
}

async function aWebinar(): Promise<string> {
  const meetingId = newMeetingId();
  await on.sandbox.control('PUT', `meetings/${meetingId}`, { kind: 'webinar' });
  return meetingId;
}

describe('the advice', () => {
  test('of a start that failed as is_a_webinar puts it on air', async () => {
    const { id } = await on.schedule({ meetingId: await aWebinar(), settings: { layout: 'speaker_view' } });
    const failed = await on.waitForStatus(id, 'failed');
    expect(failed.reason).toContain('is_a_webinar');
    const { code, stdout } = await livestream(commandIn(failed.reason));
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${id}  live`)]);
  });

  test.each([
    ['is_a_webinar', 'meeting', 'webinar'],
    ['is_a_meeting', 'webinar', 'meeting'],
  ])('of a preflight that finds %s fixes it before the start', async (code, kind, right) => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { kind: right });
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await on.schedule({ meetingId, kind, startAt });
    const checked = await livestream(`preflight ${id}`);
    expect(checked.stdout).toContain(`! ${code}`);
    const { warnings } = await on.broadcast(id);
    const advice = warnings.find((warning) => warning.code === code) as unknown as { advice: string };
    expect((await livestream(commandIn(advice.advice))).code).toBe(0);
    expect(await on.broadcast(id)).toMatchObject({ kind: right, status: 'scheduled' });
    expect((await livestream(`preflight ${id}`)).stdout).not.toContain(code);
  });

  test('of start and retry, whose exit codes say that it failed, works once the cause is gone', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { configured: false });
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id } = await on.schedule({ meetingId, startAt });
    const failed = await livestream(`start ${id}`);
    expect([failed.code, failed.stdout]).toEqual([7, expect.stringContaining('livestream_not_configured')]);
    expect((await livestream(`retry ${id}`)).code).toBe(7);
    await on.sandbox.control('PUT', `meetings/${meetingId}`, {});
    const { code, stdout } = await livestream(
      commandIn((await livestream(`show ${id}`)).stdout.replace('once fixed  ', 'once fixed: ')),
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${id}  live`)]);
    const stopped = await livestream(`stop ${id}`);
    expect([stopped.code, stopped.stdout]).toEqual([0, expect.stringContaining(`${id}  ended`)]);
  });

  test('of a retry that is refused because its stop is past', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { configured: false });
    const { id } = await on.schedule({ meetingId, duration: 'PT2S' });
    const { stopAt } = await on.waitForStatus(id, 'failed');
    await on.sandbox.control('PUT', `meetings/${meetingId}`, {});
    await until('its stop is past', () => Date.now() > Date.parse(stopAt ?? ''));
    const refused = await livestream(`retry ${id}`);
    expect(refused.code).toBe(4);
    const { code, stdout } = await livestream(commandIn(refused.stderr));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/ {2}(live|ended)/)]);
  });

  test('of series skip takes it back', async () => {
    const made = await livestream(
      `series create ${newMeetingId()} --rule FREQ=DAILY --start 2030-12-06T09:00:00Z --duration 90m --timezone UTC --json`,
    );
    const { id } = JSON.parse(made.stdout);
    const skipped = await livestream(`series skip ${id} 2030-12-08`);
    expect((await livestream(commandIn(skipped.stdout))).stdout).toContain('Restored: Sun 8 Dec 2030 09:00 UTC');
  });

  test('of a host who is late is to wait, and cancel ends it', async () => {
    const meetingId = newMeetingId();
    await on.sandbox.control('PUT', `meetings/${meetingId}`, { state: 'waiting' });
    const now = await livestream(`schedule ${meetingId} --start now`);
    expect([now.code, now.stdout]).toEqual([8, expect.stringContaining('as soon as the host starts the meeting')]);
    const id = /bc_\w+/.exec(now.stdout)?.[0] ?? '';
    expect((await livestream(`cancel ${id.slice(0, -3)}`)).code).toBe(0);
  });
});
