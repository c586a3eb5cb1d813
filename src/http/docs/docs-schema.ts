/** A JSON Schema as a table for people: one row per field, nested fields with dotted names. */

import { code, escapeHtml, withCode } from './docs-text.ts';

/** The parts of JSON Schema that this API uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
  examples?: unknown[];
  description?: string;
  writeOnly?: boolean;
}

/** Name, description and fields. */
export function schemaPart(name: string, schema: Schema): string {
  const rows = fieldsOf(schema, '').map(
    ({ path, field, needed }) =>
      `<tr><td>${code(path)}</td><td>${typeText(field)}${needed ? ', <b>needed</b>' : ''}</td><td>${notes(field)}</td></tr>`,
  );
  const text = schema.description ? `<p>${withCode(schema.description)}</p>` : '';
  const head = '<tr><th>field</th><th>type</th><th>what it is</th></tr>';
  return `<h3 id="${escapeHtml(name)}">${escapeHtml(name)}</h3>${text}<table>${head}${rows.join('')}</table>`;
}

/** The allowed values in words; empty for any text. */
export function valueText(schema: Schema): string {
  if (schema.items) return valueText(schema.items);
  const parts = [
    schema.enum ? schema.enum.map(code).join(', ') : '',
    schema.format ?? (schema.type === 'string' || schema.enum ? '' : String(schema.type ?? '')),
    rangeText(schema),
    schema.pattern === undefined ? '' : code(schema.pattern),
    defaultText(schema),
  ];
  return parts.filter(Boolean).join(', ');
}

export function schemaLink({ $ref = '' }: Schema): string {
  const name = escapeHtml($ref.slice($ref.lastIndexOf('/') + 1));
  return `<a href="#${name}">${name}</a>`;
}

interface Field {
  path: string;
  field: Schema;
  needed: boolean;
}

function fieldsOf({ properties = {}, required = [] }: Schema, prefix: string): Field[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const { main } = withoutNull(field);
    const within = main.type === 'array' ? fieldsOf(main.items ?? {}, `${path}[].`) : fieldsOf(main, `${path}.`);
    return [{ path, field, needed: required.includes(name) }, ...within];
  });
}

/** Shows one type or `null` as "TYPE or null". */
function withoutNull(schema: Schema): { main: Schema; orNull: boolean } {
  if (schema.anyOf) {
    const others = schema.anyOf.filter(({ type }) => type !== 'null');
    const [one] = others;
    if (one && others.length === 1) return { main: { ...schema, anyOf: undefined, ...one }, orNull: true };
  }
  if (Array.isArray(schema.type) && schema.type.includes('null')) {
    const types = schema.type.filter((type) => type !== 'null');
    return { main: { ...schema, type: types.length === 1 ? types[0] : types }, orNull: true };
  }
  return { main: schema, orNull: false };
}

function typeText(schema: Schema): string {
  const { main, orNull } = withoutNull(schema);
  return `${mainType(main)}${orNull ? ' or null' : ''}`;
}

function mainType(schema: Schema): string {
  const { $ref, type, items, anyOf, properties, additionalProperties } = schema;
  if ($ref) return schemaLink(schema);
  if (anyOf) return anyOf.map(typeText).join(' or ');
  if (type === 'array') return `list of ${items ? typeText(items) : 'anything'}`;
  const ofValues =
    typeof additionalProperties === 'object' && !properties ? ` of ${typeText(additionalProperties)}` : '';
  return escapeHtml([type ?? 'anything'].flat().join(' or ')) + ofValues;
}

function notes(schema: Schema): string {
  const { main } = withoutNull(schema);
  const of = main.type === 'array' && !main.description ? { ...main, ...main.items, type: 'array' } : main;
  const choice = of.enum ? of.enum.map(code).join(', ') : of.const === undefined ? '' : code(of.const);
  const example = of.examples?.length ? `such as ${of.examples.map(code).join(', ')}` : '';
  const written = of.writeOnly ? 'write-only' : '';
  const limits = [of.format ? escapeHtml(of.format) : '', rangeText(of), defaultText(of), written]
    .filter(Boolean)
    .join(', ');
  return [withCode(of.description ?? ''), choice, limits, example].filter(Boolean).join('; ');
}

function rangeText({ minimum, maximum, minLength, maxLength, maxItems }: Schema): string {
  const within = (from: number | undefined, to: number, what: string) => `${from ?? 0} to ${to}${what}`;
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) return within(minimum, maximum, '');
  if (maxLength !== undefined) return within(minLength, maxLength, ' characters');
  return maxItems === undefined ? '' : `up to ${maxItems}`;
}

function defaultText(schema: Schema): string {
  return schema.default === undefined ? '' : `default ${code(JSON.stringify(schema.default))}`;
}
