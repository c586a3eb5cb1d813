import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { PLAN_FIELDS } from '../../../src/broadcasts/broadcast.ts';
import type { BroadcastFilter } from '../../../src/broadcasts/store/listing.ts';
import { representBroadcast } from '../../../src/broadcasts/view.ts';
import { CliContext } from '../../../src/cli/context.ts';
import { systemIo } from '../../../src/cli/io.ts';
import { buildProgram } from '../../../src/cli/program.ts';
import type * as client from '../../../src/client/index.ts';
import { describeApi } from '../../../src/http/docs/openapi.ts';
import { LIST_FIELDS } from '../../../src/http/list-query.ts';
import { broadcastRoutes } from '../../../src/http/routes/broadcast-routes.ts';
import { bulkRoutes } from '../../../src/http/routes/bulk-routes.ts';
import { seriesRoutes } from '../../../src/http/routes/series-routes.ts';
import type * as library from '../../../src/index.ts';
import { representSeries } from '../../../src/series/representation.ts';
import type { Series } from '../../../src/series/series.ts';
import { TEMPLATE_FIELDS, TIMING_FIELDS } from '../../../src/series/series-schema.ts';
import { broadcastOf } from '../../proof/model/operations.ts';
import { aBroadcast, type FakeApi, startFakeApi } from '../../support/fake-api.ts';
import { run } from '../../support/fake-terminal.ts';
import { PLAN as SOME_PLAN } from '../../support/rules/scenario.ts';

/** A field is declared once, in the schemas: everything else that names the fields is compared with them here. */

type Shape = { properties: Record<string, object>; required?: string[] };
const document = describeApi(
  [],
  Object.assign({}, ...[broadcastRoutes, bulkRoutes, seriesRoutes].map((routes) => routes({} as never).schemas)),
  '1.0.0',
);
const SCHEMAS = ['NewBroadcast', 'BroadcastChange', 'Broadcast', 'NewSeries', 'SeriesChange', 'Series'] as const;
const inApi = (name: (typeof SCHEMAS)[number]) => document.components.schemas[name] as Shape;
const fieldsOf = (name: (typeof SCHEMAS)[number]) => Object.keys(inApi(name).properties).sort();

const TIMES = ['startAt', 'stopAt', 'timezone'];
const SERIES_FIELDS = [...TIMING_FIELDS, ...TEMPLATE_FIELDS].sort();

describe('the API', () => {
  it.each(['NewBroadcast', 'BroadcastChange'] as const)('takes every field of a plan in %s', (name) => {
    expect(fieldsOf(name)).toEqual([...PLAN_FIELDS, 'duration'].sort());
  });

  it('shows what it describes of a broadcast, every field of a plan included', () => {
    expect(fieldsOf('Broadcast')).toEqual(Object.keys(representBroadcast(broadcastOf(SOME_PLAN, 'bc_1'), [])).sort());
    expect(fieldsOf('Broadcast')).toEqual(expect.arrayContaining([...PLAN_FIELDS]));
  });

  it.each(['NewSeries', 'SeriesChange'] as const)('takes the plan of each broadcast and its timing in %s', (name) => {
    expect(fieldsOf(name)).toEqual(SERIES_FIELDS);
    expect(SERIES_FIELDS).toEqual(expect.arrayContaining(PLAN_FIELDS.filter((field) => !TIMES.includes(field))));
  });

  it('shows what it describes of a series', () => {
    const empty = Object.fromEntries([...SERIES_FIELDS, 'id', 'revision', 'warnings'].map((name) => [name, null]));
    const given = { ...empty, rule: 'FREQ=DAILY', startAt: '2026-12-06T09:00:00', timezone: 'UTC' };
    const internal = { version: 1, fittedRevision: 1, coveredUntil: 0, deletion: null };
    const shown = representSeries({ ...given, ...internal, createdAt: 0, updatedAt: 0 } as unknown as Series);
    expect(fieldsOf('Series')).toEqual(Object.keys(shown).sort());
  });
});

describe('the filter', () => {
  const properties = (shape: object) => Object.keys((shape as Shape).properties).sort();
  const listed = Object.keys(LIST_FIELDS).filter((name) => !['order', 'limit', 'cursor'].includes(name));

  it('of a bulk action has the fields of the list, and ids', () => {
    const { filter = {} } = (document.components.schemas['BulkAction'] as Shape).properties;
    expect(properties(filter)).toEqual([...listed, 'ids'].sort());
    const page = readFileSync('docs/bulk.md', 'utf8');
    expect([...listed, 'ids'].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  // Checked by `npm run typecheck`.
  it('of the library has the same', () => {
    expectTypeOf<keyof library.FilterInput>().toEqualTypeOf<keyof BroadcastFilter>();
    expectTypeOf<keyof library.BulkInput['filter']>().toEqualTypeOf<keyof client.BulkAction['filter']>();
    expectTypeOf<library.BulkAnswer>().toExtend<client.BulkAnswer>();
  });
});

describe('the generated client', () => {
  const source = ts.createSourceFile('', readFileSync('src/client/api-types.ts', 'utf8'), ts.ScriptTarget.Latest);
  const members = (node: ts.Node | undefined): ts.TypeElement[] =>
    node && (ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) ? [...node.members] : [];
  const named = (node: ts.Node | undefined, name: string) => {
    const found = members(node).find((member) => member.name?.getText(source) === name);
    return found && ts.isPropertySignature(found) ? found.type : undefined;
  };
  const components = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === 'components');

  it.each(SCHEMAS)('has the fields of %s (else: npm run generate)', (name) => {
    const shape = members(named(named(components, 'schemas'), name));
    expect(shape.map((member) => member.name?.getText(source)).sort()).toEqual(fieldsOf(name));
  });
});

describe('the library', () => {
  // Checked by `npm run typecheck`: types are gone when this runs.
  it('takes and gives what the client takes and gets', () => {
    expectTypeOf<keyof library.BroadcastInput>().toEqualTypeOf<keyof client.NewBroadcast>();
    expectTypeOf<keyof library.BroadcastChangeInput>().toEqualTypeOf<keyof client.BroadcastChange>();
    expectTypeOf<keyof library.Broadcast>().toEqualTypeOf<keyof client.Broadcast>();
    expectTypeOf<client.NewBroadcast>().toExtend<library.BroadcastInput>();
    expectTypeOf<library.Broadcast>().toExtend<client.Broadcast>();
  });
});

const PLAN = [
  ...['--timezone', 'Europe/Berlin', '--kind', 'meeting', '--account', 'default', '--title', 'A', '--layout'],
  ...['gallery_view', '--stream-url', 'rtmps://a.example/live', '--stream-key', 'k', '--page-url', 'https://a.example'],
  ...['--external-id', 'x', '--label', 'room=B', '--start-window', '30m', '--on-drop', 'leave', '--on-move', 'follow'],
];
const RULE = ['--rule', 'FREQ=DAILY', '--start', '2027-01-10 10:00', '--except', '2027-01-11', '--also'];
const SKIPPED = ['--skip-calendar', 'holidays'];
const SERIES = [...RULE, '2027-02-01 10:00', '--skipped', 'skip', '--lead', '5m', '--tail', '5m', ...SKIPPED, ...PLAN];

describe('the command line', () => {
  let api: FakeApi;
  beforeAll(async () => {
    api = await startFakeApi();
    api.broadcasts.set('b1', aBroadcast());
    api.paths['/v1/series/s1'] = {
      ...{ id: 's1', revision: 1, timezone: 'Europe/Berlin', startAt: '2027-01-10T10:00:00' },
      ...{ duration: null, stopTime: null, exceptions: [], additions: [], settings: {}, labels: {} },
    };
  });
  afterAll(() => api.stop());
  const cli = async (...argv: string[]) => run(argv, { env: { LIVESTREAM_API_URL: api.url } });
  /** The fields that these command lines would send. */
  const sent = async (...lines: string[][]) => {
    const bodies: object[] = [];
    for (const line of lines) {
      const { code, stdout, stderr } = await cli(...line, '--dry-run', '--json');
      expect([code, stderr]).toEqual([0, '']);
      bodies.push(JSON.parse(stdout));
    }
    return [...new Set(bodies.flatMap(Object.keys))].sort();
  };

  it('schedules with every field', async () => {
    const timed = ['schedule', '1', '--start', '2027-01-10 10:00', '--stop', '11:00', ...PLAN];
    expect(await sent(timed, ['schedule', '1', '--start', 'now', '--duration', '1h'])).toEqual(
      fieldsOf('NewBroadcast'),
    );
  });

  it('reschedules every field', async () => {
    const timed = ['reschedule', 'b1', '--meeting', '2', '--start', '2027-01-10 10:00', '--stop', '11:00', ...PLAN];
    const now = ['reschedule', 'b1', '--start', 'now', '--duration', '1h'];
    expect(await sent(timed, now)).toEqual(fieldsOf('BroadcastChange'));
  });

  it('shows every field', async () => {
    const { stdout } = await cli('show', 'b1', '--json');
    expect(Object.keys(JSON.parse(stdout)).sort()).toEqual(fieldsOf('Broadcast'));
  });

  it.each([
    ['creates', ['create', '1'], 'NewSeries'],
    ['changes', ['change', 's1', '--meeting', '1'], 'SeriesChange'],
  ] as const)('%s a series with every field', async (_does, words, name) => {
    const lines = [
      ['--duration', '1h'],
      ['--stop-time', '11:00'],
    ].map((end) => ['series', ...words, ...SERIES, ...end]);
    expect(await sent(...lines)).toEqual(fieldsOf(name));
  });
});

describe('docs/fields.md', () => {
  const [sent = '', got = ''] = readFileSync('docs/fields.md', 'utf8').split('## What you get');
  const rowsOf = (text: string) =>
    [...text.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)].map(([, field = '', cells = '']) => ({
      field,
      cells: cells.split('|').map((cell) => cell.trim()),
    }));
  const inColumn = (text: string, column: number, value = /./) =>
    rowsOf(text)
      .filter(({ cells }) => value.test(cells[column] ?? ''))
      .map(({ field }) => field)
      .sort();

  it.each([
    ['broadcast', 0, 'NewBroadcast', 'Broadcast'],
    ['series', 1, 'NewSeries', 'Series'],
  ] as const)('has every field of a %s, and no other', (_what, column, input, output) => {
    expect(inColumn(sent, column)).toEqual(fieldsOf(input));
    expect(inColumn(sent, column, /^needed$/)).toEqual([...(inApi(input).required ?? [])].sort());
    const given = inColumn(sent, column).filter((field) => output === 'Series' || field !== 'duration');
    expect([...given, ...inColumn(got, column)].sort()).toEqual(fieldsOf(output));
  });

  it('names options that exist', () => {
    const root = new Command('livestream');
    const { commands } = buildProgram(root, new CliContext(systemIo(), root), true);
    const all = commands.flatMap((command) => [command, ...command.commands]);
    const known = all
      .filter((command) => ['schedule', 'reschedule', 'create', 'change'].includes(command.name()))
      .flatMap(({ options }) => options.map(({ long }) => long));
    const shown = [...sent.matchAll(/`(--[a-z-]+)`/g)].map(([, option]) => option);
    expect(shown.filter((option) => !known.includes(option))).toEqual([]);
    expect(shown.length).toBeGreaterThanOrEqual(rowsOf(sent).length);
  });
});
