/** The API documentation as a page, with a form to try each request. Its only script is served here, too. */

import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { type Schema, schemaLink, schemaPart, valueText } from './docs-schema.ts';
import { code, escapeHtml, withCode } from './docs-text.ts';
import { ERROR_GUIDE } from './error-guide.ts';
import type { OpenApi } from './openapi.ts';

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 3rem; } h3 { margin-top: 2rem; }
code, pre, textarea { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow: auto; padding: 1rem; border: 1px solid #8886; border-radius: .4rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
.method { font-weight: 700; } summary { cursor: pointer; margin: .6rem 0; }
form label { display: block; margin: .4rem 0; } form input { width: 20rem; max-width: 100%; }
form textarea { width: 100%; box-sizing: border-box; }
`;

interface DescribedOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters: { name: string; in: string; description?: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

/** Signed by Zoom, so the page cannot try it. */
const NOT_TRIED = new Set(['receiveZoomEvent']);

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
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) => schemaPart(name, schema as Schema));
  const intro =
    '<p>Requests and responses are JSON. If API keys are set, send <code>Authorization: Bearer &lt;key&gt;</code>. ' +
    'OpenAPI: <a href="/openapi.json">openapi.json</a>. Errors: <a href="/docs/errors">error codes</a>. ' +
    'To plan and act by hand: <a href="/">the dashboard</a>. ' +
    '<b>Try</b> sends a real request to this server.</p>' +
    '<form id="key-form"><label>API key, if keys are set (kept only in this tab)<br>' +
    '<input id="key" type="password" autocomplete="off"></label></form>';
  const script = '<script type="module" src="/docs/docs.js"></script>';
  return page('livestream-scheduler API', `${intro}${sections}<h2>Schemas</h2>${schemas.join('')}`, script);
}

function operationPart(method: string, path: string, operation: DescribedOperation): string {
  const heading = `<h3 id="${escapeHtml(operation.operationId)}"><code><span class="method">${method.toUpperCase()}</span> ${escapeHtml(path)}</code></h3>`;
  const parameters = operation.parameters.map(
    ({ name, in: place, description, schema }) =>
      `<tr><td>${code(name)}</td><td>${place}</td><td>${[withCode(description ?? ''), valueText(schema)].filter(Boolean).join('; ')}</td></tr>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {});
  const body = bodies.map(
    ([type, { schema }]) => `<tr><td>body</td><td>${escapeHtml(type)}</td><td>${schemaLink(schema)}</td></tr>`,
  );
  const answers = Object.entries(operation.responses).map(
    ([status, { description, content }]) =>
      `<tr><td>${status}</td><td>answer</td><td>${escapeHtml(description)} ${Object.values(content ?? {})
        .map(({ schema }) => (schema ? schemaLink(schema) : ''))
        .join('')}</td></tr>`,
  );
  const text = [operation.summary, operation.description ?? '']
    .filter(Boolean)
    .map((line) => `<p>${withCode(line)}</p>`);
  const example = exampleOf(operation);
  const shown = example === null ? '' : `<pre>${escapeHtml(example)}</pre>`;
  return `${heading}${text.join('')}<table>${[...parameters, ...body, ...answers].join('')}</table>${shown}${tryPart(method, path, operation)}`;
}

function exampleOf({ requestBody }: DescribedOperation): string | null {
  const [first] = Object.values(requestBody?.content ?? {});
  return first?.example === undefined ? null : JSON.stringify(first.example, null, 2);
}

/** A form for every parameter and the body; `docs.js` sends it. */
function tryPart(method: string, path: string, operation: DescribedOperation): string {
  if (NOT_TRIED.has(operation.operationId)) return '';
  const inputs = operation.parameters.map(({ name, in: place, required }) => {
    const needed = required ? ' required' : '';
    return `<label>${code(name)} <input name="${escapeHtml(name)}" data-in="${place}"${needed}></label>`;
  });
  const body = operation.requestBody
    ? `<label>body <textarea rows="8" name="body">${escapeHtml(exampleOf(operation) ?? '{}')}</textarea></label>`
    : '';
  const attributes = `data-method="${method.toUpperCase()}" data-path="${escapeHtml(path)}"`;
  return `<details><summary>Try</summary><form class="try" ${attributes}>${inputs.join('')}${body}<button>Send</button></form><pre hidden></pre></details>`;
}

/** `/docs/errors`: the page that the `type` of a problem links to. */
export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { status, title }]) => {
    const { when, advice } = ERROR_GUIDE[name as ErrorCode];
    const cells = [`${title}. ${when}`, advice].map((text) => `<td>${withCode(text)}</td>`).join('');
    return `<tr id="${name}"><td>${code(name)}</td><td>${status}</td>${cells}</tr>`;
  });
  return page(
    'Error codes',
    `<table><tr><th>code</th><th>status</th><th>when</th><th>what to do</th></tr>${rows.join('')}</table>`,
  );
}

function page(title: string, content: string, script = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style>${script}</head><body><h1>${title}</h1>${content}</body></html>\n`;
}
