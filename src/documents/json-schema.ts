import { z } from 'zod';
import type { JsonObject } from '../json.ts';
import { fileSchema } from './document-schema.ts';

interface ListSchema {
  items: JsonObject;
}

/** The JSON Schema (2020-12) of a file for `livestream apply`, with which editors complete and validate it. */
export function fileJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(fileSchema, { io: 'input' }) as unknown as JsonObject & {
    properties: Record<string, ListSchema>;
  };
  for (const list of ['broadcasts', 'series']) {
    const { items } = schema.properties[list] as ListSchema;
    items['anyOf'] = [{ required: ['name'] }, { required: ['externalId'] }];
  }
  return schema;
}
