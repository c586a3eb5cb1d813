import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const run = (...argv: string[]) =>
  runCli(argv, { env: { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC' }, clock: clockAt(Date.now()) });

describe('livestream pause and resume', () => {
  it('says when nothing that is planned has the label', async () => {
    await service.schedule({ labels: { campus: 'north' } });
    const doubt = 'it holds back no planned broadcast: check the spelling';
    expect((await run('pause', '--label', 'campus=nroth')).stdout).toContain(doubt);
    expect((await run('pause', '--label', 'campus=north')).stdout).not.toContain(doubt);
    expect((await run('pause', '--label', 'campus')).stdout).not.toContain(doubt);
    for (const label of ['campus=nroth', 'campus=north', 'campus']) await run('resume', '--label', label);
  });

  it('pauses by label, shows it in list and show, and ends it by the same label', async () => {
    const { id } = await service.schedule({ labels: { room: 'A' } });
    const made = await run('pause', '--label', 'room=A', '--until', '+2h', '--note', 'fire drill');
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(
      /^pa_\w+ {2}starts of broadcasts with the label room=A are held back until .+ \(in 2 h\)\nto end it: livestream resume pa_/,
    );
    expect((await run('show', id)).stdout).toMatch(/paused +until .+ \(in .+\): fire drill\n/);
    expect((await run('list')).stdout).toMatch(/paused until .+: fire drill/);
    expect((await run('pause', 'list')).stdout).toMatch(/broadcasts with the label room=A .+ fire drill/);
    const ended = await run('resume', '--label', 'room=A');
    expect(ended.stdout).toMatch(
      /^pa_\w+ {2}ended: starts of broadcasts with the label room=A are no longer held back\n$/,
    );
    expect((await run('pause', 'list')).stdout).toBe('nothing is paused\n');
    expect((await run('show', id)).stdout).not.toContain('fire drill');
  });

  it('speaks JSON, and ends a pause by its id', async () => {
    const pause = JSON.parse((await run('pause', '--all', '--json')).stdout);
    expect(pause).toMatchObject({ scope: { all: true }, until: null, note: null });
    expect(JSON.parse((await run('pause', 'list', '--json')).stdout)).toEqual({ pauses: [pause] });
    expect(JSON.parse((await run('resume', pause.id, '--json')).stdout)).toEqual(pause);
  });

  it('says what is wrong', async () => {
    expect((await run('pause')).stderr).toContain('choose what to pause: --all, --account, --series or --label');
    expect((await run('pause', '--all', '--label', 'a=b')).stderr).toContain('only one of');
    expect((await run('pause', '--all', '--until', 'soon')).stderr).toContain('--until: ');
    expect((await run('pause', '--account', 'nobody')).stderr).toContain('must be one of default');
    expect((await run('resume')).stderr).toContain('livestream pause list');
    const missing = await run('resume', '--series', 'sr_1');
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringMatching(/^There is no pause of series sr_1/)]);
    expect((await run('resume', 'pa_none')).code).toBe(3);
  });
});
