import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KEY_FROM_ENV } from '../../../src/cli/apply/key-from-env.ts';
import { clockAt, run as runCli } from '../../support/fake-terminal.ts';
import { type Service, startService } from '../../support/running-service.ts';

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService({
    CALENDAR_HOSTS: 'calendar.example.org',
    SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
  });
  folder = mkdtempSync(join(tmpdir(), 'livestream-apply-'));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.stop();
});

const run = (argv: string[], more: { input?: string; env?: Record<string, string> } = {}) =>
  runCli(argv, {
    env: { LIVESTREAM_API_URL: service.api().url, TZ: 'UTC', ...more.env },
    clock: clockAt(Date.now()),
    ...(more.input !== undefined && { stdin: more.input }),
  });
const file = (name: string, ...lines: string[]) => {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
};
const broadcasts = async (query: string) => (await service.json('GET', `/v1/broadcasts?${query}`)).broadcasts;

const SUNDAYS = [
  'broadcasts:',
  '  - externalId: gala',
  '    meetingId: 820 1111 2222',
  '    title: Gala',
  '    startAt: 2099-12-06T19:00',
  '    timezone: Europe/Berlin',
  '    duration: PT2H',
  '    settings: { closeCaption: off }',
  'series:',
  '  - name: service',
  '    meetingId: 82033334444',
  '    rule: FREQ=WEEKLY;BYDAY=SU',
  '    startAt: 2026-01-04T09:00',
  '    stopTime: 10:30',
  '    timezone: Europe/Berlin',
];

describe('livestream apply', () => {
  it('plans, applies, does nothing twice, and asks before it cancels', async () => {
    const path = file('sundays.yaml', ...SUNDAYS);
    const planned = await run(['apply', '-f', path, '--dry-run']);
    expect([planned.code, planned.stderr]).toEqual([0, '']);
    expect(planned.stdout).toMatch(/new +broadcast +gala +.*Gala +it is planned/);
    expect(planned.stdout).toContain('2 new; nothing was changed\n');
    const done = await run(['apply', '-f', path]);
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/\n2 new\n$/)]);
    expect(await broadcasts('externalId=gala')).toMatchObject([
      {
        startAt: '2099-12-06T18:00:00.000Z',
        settings: { closeCaption: 'off' },
        source: { name: 'sundays', uid: 'gala' },
      },
    ]);
    expect((await run(['apply', '-f', path])).stdout).toBe('2 unchanged\n');
    expect((await run(['sources'])).stdout).toMatch(/sundays +by apply .*2 unchanged/);

    const less = file('less.yaml', 'name: sundays', ...SUNDAYS.slice(8));
    expect((await run(['apply', '-f', less])).stdout).toContain('it stays, because prune is off');
    const refused = await run(['apply', '-f', less, '--prune']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('This cancels or removes 1 that the file no longer names'),
    ]);
    expect(await broadcasts('externalId=gala')).toMatchObject([{ status: 'scheduled' }]);
    const pruned = await run(['apply', '-f', less, '--prune', '--yes', '--json']);
    expect(JSON.parse(pruned.stdout)).toMatchObject({
      ...{ documents: ['sundays'], dryRun: false, counts: { vanished: 1, unchanged: 1 } },
      vanished: [{ document: 'sundays', type: 'broadcast', name: 'gala' }],
    });
    expect(await broadcasts('externalId=gala')).toMatchObject([{ status: 'canceled' }]);
  });

  it('takes several documents, from standard input, too', async () => {
    const text = [
      ...['name: first', 'broadcasts: [{ name: a, meetingId: 8305, startAt: 2099-01-01T10:00:00Z }]', '---'],
      ...['name: second', 'broadcasts: [{ name: a, meetingId: 8306, startAt: 2099-01-01T10:00:00Z }]', '---'],
      ...['name: first', 'broadcasts: [{ name: b, meetingId: "8305", startAt: 2099-01-02T10:00:00Z }]', ''],
    ].join('\n');
    const done = await run(['apply', '-f', '-', '--json'], { input: text });
    expect(JSON.parse(done.stdout)).toMatchObject({ documents: ['first', 'second'], counts: { new: 3 } });
    expect((await broadcasts('meetingId=8305')).map(({ externalId }: { externalId: string }) => externalId)).toEqual([
      ...['first:a', 'first:b'],
    ]);
    const nameless = await run(['apply', '-f', '-'], { input: 'broadcasts: []' });
    expect([nameless.code, nameless.stderr]).toEqual([2, expect.stringContaining('--name')]);
  });

  it('names line and column of every error, and does nothing', async () => {
    const path = file(
      'bad.yaml',
      ...['broadcasts:', '  - name: good', '    meetingId: 8401', '    startAt: 2099-01-01T10:00:00Z'],
      ...['  - name: bad', '    meetingId: 8402', '    startAt: tomorrow', '    titel: x'],
      ...['    destination: { streamUrl: "rtmp://a.example/x", pageUrl: "https://a.example" }'],
      ...[
        'series:',
        '  - { name: s, meetingId: 8403, rule: FREQ=NEVER, startAt: 2099-01-01T10:00, timezone: Europe/Paris }',
      ],
    );
    const answer = await run(['apply', '-f', path]);
    expect(answer.code).toBe(1);
    const lines = answer.stderr.split('\n').map((line) => line.replace(`${folder}/`, '').trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^bad\.yaml:7:14: broadcasts\[1\]\.startAt: must be /),
        expect.stringMatching(/^bad\.yaml:8:12: broadcasts\[1\]\.titel: is not a known field/),
        expect.stringMatching(/^bad\.yaml:11:39: series\[0\]\.rule: must be an RFC 5545 rule/),
      ]),
    );
    expect(await broadcasts('meetingId=8401')).toEqual([]);
    const broken = file('broken.yaml', 'broadcasts:', '  - name: a', '   meetingId: 1', '  - [');
    const printed = await run(['apply', '-f', broken, '--json']);
    expect(printed.code).toBe(1);
    expect(JSON.parse(printed.stderr).errors[0].path).toMatch(/broken\.yaml:3:\d+$/);
    expect((await run(['apply', '-f', join(folder, 'none.yaml')])).stderr).toContain('there is no file');
    expect((await run(['apply', '-f', file('empty.yaml', '# nothing')])).stderr).toContain('there is nothing in it');
  });

  it('leaves out what is in conflict, does the rest, and ends with 4', async () => {
    await service.json('POST', '/v1/broadcasts', {
      meetingId: '8501',
      startAt: '2099-01-01T10:30:00Z',
      stopAt: '2099-01-01T11:30:00Z',
    });
    const path = file(
      'clash.yaml',
      'broadcasts:',
      '  - { name: a, meetingId: 8501, startAt: 2099-01-01T10:00:00Z }',
      '  - { name: b, meetingId: 8502, startAt: 2099-01-01T10:00:00Z }',
    );
    expect((await run(['apply', '-f', path, '--dry-run'])).code).toBe(0);
    const done = await run(['apply', '-f', path]);
    expect([done.code, done.stdout]).toEqual([
      4,
      expect.stringMatching(/conflicting +broadcast +a .*overlaps broadcast bc_[\s\S]*1 conflicting, 1 new\n/),
    ]);
    expect(await broadcasts('meetingId=8502')).toHaveLength(1);
  });

  it('reads a stream key from the environment', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: people write it so in the file
    const destination = '{ streamUrl: "rtmp://a.example/x", pageUrl: "https://a.example", streamKey: "${GALA_KEY}" }';
    const path = file(
      'keys.yaml',
      'broadcasts:',
      `  - { name: a, meetingId: 8601, startAt: 2099-01-01T10:00:00Z, destination: ${destination} }`,
    );
    const without = await run(['apply', '-f', path]);
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringMatching(/keys\.yaml:2:\d+: .*streamKey: the environment variable GALA_KEY is not set/),
    ]);
    const done = await run(['apply', '-f', path], { env: { GALA_KEY: 'live-key-1' } });
    expect([done.code, done.stderr]).toEqual([0, '']);
    const exported = await run(['export']);
    expect(exported.stdout).not.toContain('live-key-1');
    expect(exported.stdout).toContain(`# ${KEY_FROM_ENV} (the stream key is left out)`);
    expect(exported.stderr).toContain('the stream key of one destination is left out');
    // The destination is there, so an export of it needs no key.
    expect((await run(['apply', '-f', '-', '--name', 'keys'], { input: exported.stdout })).stderr).toBe('');
  });

  it('exports what it can apply again, in YAML and JSON', async () => {
    const path = join(folder, 'all.yaml');
    expect((await run(['export', '-o', path])).stderr).toContain(`written to ${path}`);
    expect(readFileSync(path, 'utf8')).toContain('rule: FREQ=WEEKLY;BYDAY=SU');
    for (const format of ['yaml', 'json']) {
      const exported = (await run(['export', '-f', format, '--name', 'copy'])).stdout;
      const plan = JSON.parse((await run(['apply', '-f', '-', '--dry-run', '--json'], { input: exported })).stdout);
      expect(plan.counts).toMatchObject({ new: 0, changed: 0, kept: 0, conflicting: 0, skipped: 0, vanished: 0 });
      expect(plan.counts.unchanged).toBeGreaterThan(3);
    }
  });

  it('applies the example of docs/declared-in-a-file.md', async () => {
    const page = readFileSync('docs/declared-in-a-file.md', 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const env = { GALA_STREAM_KEY: 'live-key-2' };
    const done = await run(['apply', '-f', '-'], { input: example, env });
    expect([done.code, done.stderr, done.stdout]).toEqual([0, '', expect.stringMatching(/\n5 new\n$/)]);
    expect((await run(['apply', '-f', '-', '--prune'], { input: example, env })).stdout).toBe('5 unchanged\n');
    const schema = JSON.parse((await run(['apply', '--schema'])).stdout);
    const validate = addFormats.default(new Ajv.default({ strict: false })).compile({ ...schema, $schema: undefined });
    expect([validate(parse(example)), validate.errors]).toEqual([true, null]);
  });

  it('prints the JSON Schema', async () => {
    const schema = JSON.parse((await run(['apply', '--schema'])).stdout);
    expect(Object.keys(schema.properties)).toEqual(['name', 'broadcasts', 'series', 'calendars', 'sources']);
  });
});
