import openapiTypescript, { astToString } from 'openapi-typescript';
import { fileJsonSchema } from '../../src/documents/json-schema.ts';
import { errorGuideMarkdown } from '../../src/http/docs/error-guide.ts';
import type { OpenApi } from '../../src/http/docs/openapi.ts';

const API_TYPES = 'src/client/api-types.ts';
const ERRORS = 'docs/errors.md';
const FILE_SCHEMA = 'src/documents/streams.schema.json';
const OPERATIONS = 'src/client/operations.ts';

const NOTE =
  '// Made from the API\'s own description by "npm run generate"; a test fails when it drifts. Not edited by hand.\n';

/** The client's generated files, by path, made from the API's description. */
export async function generatedFiles(document: OpenApi): Promise<Record<string, string>> {
  const types = astToString(
    await openapiTypescript(document as never, { alphabetize: true, defaultNonNullable: false }),
  );
  return {
    [API_TYPES]: `${NOTE}${types}`,
    [OPERATIONS]: operationTable(document),
    [ERRORS]: errorGuideMarkdown(),
    [FILE_SCHEMA]: `${JSON.stringify(fileJsonSchema(), null, 2)}\n`,
  };
}

/** Method, path and type of the answer's content for each operationId. */
function operationTable({ paths }: OpenApi): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => rowOf(method, path, operation as Operation)),
  );
  return `${NOTE}export const OPERATIONS = {\n${rows.sort().join('')}} as const;\n`;
}

interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, unknown> };
}

function rowOf(method: string, path: string, { operationId, requestBody }: Operation): string {
  const type = Object.keys(requestBody?.content ?? {})[0] ?? null;
  const value = `{ method: '${method.toUpperCase()}', path: '${path}', body: ${type ? `'${type}'` : null} }`;
  return `  ${operationId}: ${value},\n`;
}
