import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../src/broadcasts/decision.ts';
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
