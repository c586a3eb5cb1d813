import fc from 'fast-check';

/** A JSON Schema 2020-12 as the API's document has it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  format?: string;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

export type Resolve = (ref: string) => JsonSchema;

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** Times near enough to be taken, and those at the ends of what dates can be. */
const times = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 5, max: 500_000 }).map((minutes) => inMinutes(minutes).toISOString()) },
  {
    weight: 8,
    arbitrary: fc.integer({ min: 5, max: 500_000 }).map((minutes) => inMinutes(minutes).toISOString().slice(0, 16)),
  },
  fc.constantFrom('now', '2026-03-08T02:30', '2026-11-01T01:30', '9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z'),
  fc.constantFrom('0000-01-01T00:00:00Z', '2026-02-30T00:00Z', '2026-12-06T24:00:00Z', '2026-12-06T10:00+99:99', ''),
);
const durations = fc.constantFrom('PT1H', 'PT1S', 'P1D', 'P1Y', 'P99999999Y', 'PT0S', '-PT1H', 'P', 'PT1.5H', 'PT1e9H');
const zones = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('America/New_York', 'UTC', 'Europe/Berlin') },
  fc.constantFrom('Nowhere/City', '__proto__', '+02:00', ''),
);
const numbers = fc.constantFrom(0, -0, 1, -1, 1e308, 5e-324, 2 ** 53, 2 ** 63, Number.MAX_SAFE_INTEGER, 1.5);
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '🎥'.repeat(200),
    '__proto__',
    'constructor',
    '../../etc',
    '%00',
    '<script>',
    '\u202e',
  ),
);

/** What each name usually means, beside what its schema says. */
const OF_NAME: Record<string, fc.Arbitrary<unknown>> = {
  meetingId: fc.oneof(
    { weight: 5, arbitrary: fc.bigInt({ min: 1n, max: 10n ** 19n - 1n }).map(String) },
    fc.constantFrom('684 2308 5', '684-230-85', '', '0', '1'.repeat(20), 'x', 68423085, 2 ** 53, -1, 1.5),
  ),
  startAt: times,
  stopAt: fc.oneof(times, fc.constant(null)),
  timezone: fc.oneof(zones, fc.constant(null)),
  duration: durations,
  startWindow: durations,
  streamUrl: fc.constantFrom('rtmps://a.example/live', 'rtmp://[::1]:1935/x', 'http://a', 'rtmp://', 'rtmp://a b'),
  pageUrl: fc.constantFrom('https://a.example', 'javascript:alert(1)', 'https://', 'https://a.example/\n'),
  rule: fc.constantFrom(
    'FREQ=WEEKLY;BYDAY=SU',
    'FREQ=SECONDLY',
    'FREQ=DAILY;COUNT=3',
    'FREQ=YEARLY;BYMONTHDAY=31',
    'x',
  ),
};

/** Prototype keys, deep nesting, huge and empty things. */
export const garbage: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  texts,
  numbers,
  fc.constantFrom(null, true, [], {}, [[]], '', 0),
  fc.integer({ min: 10, max: 3_000 }).map(nested),
  fc.integer({ min: 10, max: 3_000 }).map((length) => Array.from({ length }, () => ({}))),
  texts.map((name) => JSON.parse(`{"__proto__":{"x":1},"constructor":1,${JSON.stringify(name)}:{}}`)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i += 1) value = i % 2 ? [value] : { labels: value };
  return value;
}

/** Values that mostly fit the schema. `name` is that of the field. */
export function valuesOf(schema: JsonSchema, resolve: Resolve, name = ''): fc.Arbitrary<unknown> {
  const known = OF_NAME[name];
  const fitting = fittingValues(schema, resolve);
  const good = known ? fc.oneof({ weight: 9, arbitrary: known }, fitting) : fitting;
  return fc.oneof({ weight: 24, arbitrary: good }, { weight: 1, arbitrary: garbage });
}

function fittingValues(schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  if (schema.$ref) return fittingValues(resolve(schema.$ref), resolve);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fittingValues(choice, resolve)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const types = [schema.type ?? 'object'].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, resolve)));
}

function ofType(type: string, schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  switch (type) {
    case 'object':
      return objects(schema, resolve);
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}, resolve), { maxLength: 4 });
    case 'integer':
    case 'number':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1_000, 10_000) }),
        numbers,
      );
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return strings(schema);
  }
}

function strings({ format, examples, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<unknown> {
  if (format === 'date-time') return times;
  if (format === 'duration') return durations;
  const fitting = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 300)) });
  return examples?.length ? fc.oneof(fc.constantFrom(...examples), fitting) : fc.oneof(fitting, texts);
}

function objects(schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties } = schema;
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? valuesOf(additionalProperties, resolve) : garbage;
    return fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), texts), values, { maxKeys: 4 });
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([field, inner]) => [field, valuesOf(inner, resolve, field)]),
  );
  const whole = fc.record(fields, { requiredKeys: required });
  const few = fc.record(fields, { requiredKeys: [] });
  const more = fc.tuple(whole, texts, garbage).map(([object, field, value]) => ({ ...object, [field]: value }));
  // Few of the optional fields at once, or hardly any would be taken.
  const least = fc.record(Object.fromEntries(required.map((field) => [field, fields[field] as fc.Arbitrary<unknown>])));
  return fc.oneof({ weight: 6, arbitrary: least }, { weight: 3, arbitrary: whole }, few, more);
}
