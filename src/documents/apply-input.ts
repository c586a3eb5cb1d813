import type { z } from 'zod';
import { isObject } from '../json.ts';
import { Issues, inspect } from '../validation/issues.ts';
import { readSchema } from '../validation/read-schema.ts';
import { applySchema } from './document-schema.ts';

/** The document itself is validated afterwards, item by item. */
const optionsSchema = applySchema.omit({ document: true });

export type ApplyRequest = z.infer<typeof optionsSchema> & { document: unknown };

/** @throws LivestreamError `validation_failed` */
export function parseApply(input: unknown): ApplyRequest {
  const issues = new Issues();
  if (!isObject(input)) issues.add('', `must be an object with document, got ${inspect(input)}`);
  const { document, ...options } = isObject(input) ? input : {};
  const given = readSchema(optionsSchema, options, issues);
  issues.throwIfAny();
  return { ...given, document };
}
