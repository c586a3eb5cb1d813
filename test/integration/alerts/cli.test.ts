import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlertCode, DecisionBuilder } from '../../../src/broadcasts/decision.ts';
import { ADVICE } from '../../../src/zoom/responses/response-table.ts';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
  for (const [i, title] of ['First', 'Second', 'Third'].entries()) {
    const { id } = await service.schedule({ title, labels: { room: String(i) } });
    const before = await service.core.store.get(id);
    const builder = new DecisionBuilder(before, Date.now() - 180_000 + i * 1_000, 'test');
    builder.become('failed', 'no').alert('failed', 'refused: Zoom refused it\u001b[2J');
    await service.core.store.commit([{ before, decision: builder.build() }]);
  }
});
afterAll(() => service.stop());

/** A broadcast that has failed so, or is late so, with its alert. */
async function inTrouble(code: AlertCode, reason: string): Promise<{ id: string; advice: string }> {
  const { id } = await service.schedule({
    startAt: new Date(Date.now() + 60_000).toISOString(),
    duration: 'PT1H',
  });
  const before = await service.core.store.get(id);
  const builder = new DecisionBuilder(before, Date.now(), 'test');
  if (code === 'failed' || code === 'missed') builder.become(code, reason);
  builder.alert(code, reason);
  await service.core.store.commit([{ before, decision: builder.build() }]);
  const { alerts } = await service.json('GET', '/v1/alerts');
  return alerts.find((alert: { broadcastId: string | null }) => alert.broadcastId === id);
}

/** Every command that a text advises, ready to be run. */
function commandsIn(text: string): string[] {
  const found = [...text.matchAll(/livestream (\w+ bc_\w+(?: --[\w-]+(?: \w[\w:.-]*\w)?)*)/g)];
  return found.map(([, command = '']) => command.replace('NUMBER', '99012345678'));
}

const run = (...argv: string[]) =>
  runCli(argv, { env: { LIVESTREAM_API_URL: service.api().url }, clock: clockAt(Date.now()) });

describe('livestream alerts', () => {
  it('shows what is open, the newest first, with what to do; and says when there is more', async () => {
    const { code, stdout, stderr } = await run('alerts');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/"(\w+)" \(meeting/g)).toEqual(['"Third" (meeting', '"Second" (meeting', '"First" (meeting']);
    expect(stdout).toMatch(/^failed {2}\d min.* ago {2}al_\w+\n {2}"Third" .+\n {2}Fix .*livestream retry bc_/);
    expect(stdout).not.toContain('\u001b');
    expect((await run('alerts', '--limit', '2')).stdout).toMatch(/showing the newest 2; see --all\n$/);
    const all = JSON.parse((await run('alerts', '--all', '--json')).stdout);
    expect(all).toMatchObject({ alerts: [{}, {}, {}], nextCursor: null });
    expect((await run('alerts', '--label', 'room=1')).stdout).toContain('"Second"');
    expect((await run('alerts', '--label', 'room=1')).stdout).not.toContain('"Third"');
  });

  it('acknowledges, with a note, and says so', async () => {
    const [newest] = JSON.parse((await run('alerts', '--json')).stdout).alerts;
    const { code, stdout } = await run('alerts', 'ack', newest.id, '--note', 'by hand');
    expect(code).toBe(0);
    expect(stdout).toContain(`${newest.id} acknowledged: "Third"`);
    expect((await run('alerts')).stdout).not.toContain('"Third"');
    expect((await run('alerts', '--state', 'acknowledged')).stdout).toMatch(/acknowledged .+ by api: by hand\n/);
    expect(await run('alerts', '--state', 'resolved')).toMatchObject({ code: 0, stdout: 'no resolved alerts\n' });
    const missing = await run('alerts', 'ack', 'al_none');
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toMatch(/There is no alert al_none/i);
    expect((await run('alerts', '--limit', '0')).stderr).toContain('--limit: expected 1 to 1000');
  });
});

describe('the advice of an alert', () => {
  const isWaiting = (command: string) => /^retry|--start now/.test(command);
  const follow = async (command: string) => {
    const argv = [...command.split(' '), ...(isWaiting(command) ? ['--no-wait'] : [])];
    return [command, (await run(...argv)).code];
  };

  it.each(Object.entries(ADVICE))(
    'on %s is a command that works, and the reason names no other',
    async (code, text) => {
      const reason = (id: string) => `${code}: ${text.replaceAll('<id>', id)}`;
      const { id, advice, ...alert } = await inTrouble('failed', `${code}: ${text}`);
      const { broadcastId } = alert as unknown as { broadcastId: string };
      const commands = commandsIn(advice);
      expect(commands[0]).toContain(broadcastId);
      for (const command of commandsIn(reason(broadcastId))) expect(commands).toContain(command);
      expect(id).toMatch(/^al_/);
      expect(await follow(commands[0] ?? '')).toEqual([commands[0], 0]);
      const after = await service.core.store.get(broadcastId);
      expect(after.status).toBe('scheduled');
      if (code === 'is_a_webinar') expect(after.kind).toBe('webinar');
      if (/meeting_id|not_found/.test(code)) expect(after.meetingId).toBe('99012345678');
      await service.request('DELETE', `/v1/broadcasts/${broadcastId}`);
    },
  );

  it.each<AlertCode>(['late_start', 'unconfirmed', 'late_stop', 'missed', 'preflight', 'failed'])(
    'of %s works, each command of it',
    async (code) => {
      for (const [i] of commandsIn((await inTrouble(code, 'so')).advice).entries()) {
        // Each on one of its own: the first command may change what the second one needs.
        const command = commandsIn((await inTrouble(code, 'so')).advice)[i] ?? '';
        if (command.startsWith('preflight')) continue;
        expect(await follow(command)).toEqual([command, 0]);
      }
    },
  );
});
