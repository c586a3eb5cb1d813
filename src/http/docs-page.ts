/** The API's description as a page for people: one file, no script, nothing loaded from elsewhere. */

import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { ERROR_GUIDE } from './error-guide.ts';
import type { OpenApi } from './openapi.ts';

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow: auto; padding: 1rem; border: 1px solid #8886; border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
.method { font-weight: 700; }
`;

interface ParameterSchema {
  type?: string;
  items?: ParameterSchema;
  enum?: string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

interface DescribedOperation {
  summary: string;
  description?: string;
  tags: string[];
  parameters: { name: string; in: string; description?: string; schema: ParameterSchema }[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: { $ref: string } }> }>;
}

/** `/docs`. */
export function apiPage(api: OpenApi): string {
  const byTag = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, described] of Object.entries(methods)) {
      const operation = described as DescribedOperation;
      const tag = operation.tags[0] ?? '';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationPart(method, path, operation)]);
    }
  }
  const sections = [...byTag].map(([tag, parts]) => `<h2>${escapeHtml(tag)}</h2>${parts.join('')}`).join('');
  const schemas = Object.entries(api.components.schemas).map(
    ([name, schema]) =>
      `<h3 id="${escapeHtml(name)}">${escapeHtml(name)}</h3><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`,
  );
  const intro =
    '<p>JSON in and out. Send <code>Authorization: Bearer &lt;key&gt;</code> where API keys are set. ' +
    'For machines: <a href="/openapi.json">openapi.json</a>. Errors: <a href="/docs/errors">table of codes</a>.</p>';
  return page('livestream-scheduler API', `${intro}${sections}<h2>Schemas</h2>${schemas.join('')}`);
}

function operationPart(method: string, path: string, operation: DescribedOperation): string {
  const heading = `<h3><code><span class="method">${method.toUpperCase()}</span> ${escapeHtml(path)}</code></h3>`;
  const parameters = operation.parameters.map(
    ({ name, in: place, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}</td><td>${[withCode(description ?? ''), valueText(schema)].filter(Boolean).join('; ')}</td></tr>`,
  );
  const body = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<tr><td>body</td><td>${escapeHtml(type)}</td><td>${schemaLink(schema)}</td></tr>`,
  );
  const answers = Object.entries(operation.responses).map(
    ([status, { description, content }]) =>
      `<tr><td>${status}</td><td>answer</td><td>${escapeHtml(description)} ${Object.values(content ?? {})
        .map(({ schema }) => schemaLink(schema))
        .join('')}</td></tr>`,
  );
  const text = [operation.summary, operation.description ?? '']
    .filter(Boolean)
    .map((line) => `<p>${escapeHtml(line)}</p>`);
  return `${heading}${text.join('')}<table>${[...parameters, ...body, ...answers].join('')}</table>`;
}

/** What a parameter may be, in words; nothing for any text. */
function valueText(schema: ParameterSchema): string {
  const { type, items, format, pattern, minimum, maximum } = schema;
  if (items) return valueText(items);
  const code = (value: unknown) => `<code>${escapeHtml(String(value))}</code>`;
  const parts = [
    schema.enum ? schema.enum.map(code).join(', ') : (format ?? (type === 'string' ? '' : (type ?? ''))),
    minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : '',
    pattern === undefined ? '' : code(pattern),
    schema.default === undefined ? '' : `default ${code(schema.default)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function schemaLink(schema: { $ref: string } | undefined): string {
  if (!schema) return '';
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`;
}

/** `/docs/errors`: what the `type` of a problem leads to. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([code, { status, title }]) => {
    const { when, advice } = ERROR_GUIDE[code as ErrorCode];
    const cells = [`${title}. ${when}`, advice].map((text) => `<td>${withCode(text)}</td>`).join('');
    return `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td>${cells}</tr>`;
  });
  return page(
    'Error codes',
    `<table><tr><th>code</th><th>status</th><th>when</th><th>what to do</th></tr>${rows.join('')}</table>`,
  );
}

/** Text whose code stands between backquotes. */
function withCode(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head><body><h1>${title}</h1>${content}</body></html>\n`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
