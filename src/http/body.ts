import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LivestreamError } from '../errors.ts';
import { isObject } from '../json.ts';
import { inspect, validationFailed } from '../validation/issues.ts';

export const MERGE_PATCH = 'application/merge-patch+json';

type Utf8 = InstanceType<typeof TextDecoder>;

/** Accepts only JSON bodies, and only merge patches for PATCH. Keeps the bytes in `rawBody`; an empty body is `undefined`. */
export function takeJsonBodies(app: FastifyInstance): void {
  // Fatal: invalid UTF-8 must not become replacement characters in a title.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  app.decorateRequest('rawBody', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(['application/json', MERGE_PATCH], { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parseBody(request, body as Buffer, decoder));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseBody(request: FastifyRequest, bytes: Buffer, decoder: Utf8): unknown {
  const merge = request.headers['content-type']?.toLowerCase().startsWith(MERGE_PATCH);
  if (merge && request.method !== 'PATCH') {
    throw new LivestreamError(
      'unsupported_media_type',
      `${MERGE_PATCH} is only for PATCH; send Content-Type: application/json.`,
    );
  }
  request.rawBody = bytes;
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    // The parser's message quotes the body, which may hold a stream key: report only the position.
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new LivestreamError(
      'malformed_json',
      `The body is not valid JSON in UTF-8${at ? ` (at character ${at})` : ''}.`,
    );
  }
}

/**
 * The required body. Throws `malformed_json`, and `validation_failed` for texts with half a character: `\ud800` alone is valid JSON but
 * cannot be written as UTF-8, and the scripts in Redis cannot read a record that contains it.
 */
export function bodyOf(request: FastifyRequest): unknown {
  const { body, rawBody } = request;
  if (body === undefined) throw new LivestreamError('malformed_json', 'The body is empty; send a JSON object.');
  const broken = rawBody?.includes('\\u') ? brokenTexts(body) : [];
  if (broken.length > 0)
    throw validationFailed(
      broken.map((path) => ({ path, message: 'must not contain half a character (a lone surrogate)' })),
    );
  return body;
}

const LONE_SURROGATE = /\p{Cs}/u;
/** Maximum paths to name: a body of a megabyte could have a hundred thousand. */
const MAX_BROKEN = 100;

/** Paths of texts and names with half a character. Without recursion, because a body may be nested as deep as it is long. */
function brokenTexts(body: unknown): string[] {
  const found: string[] = [];
  const open: { path: string; value: unknown }[] = [{ path: '', value: body }];
  for (let next = open.pop(); next && found.length < MAX_BROKEN; next = open.pop()) {
    const { path, value } = next;
    if (typeof value === 'string' && LONE_SURROGATE.test(value)) found.push(path);
    if (Array.isArray(value)) for (const [i, one] of value.entries()) open.push({ path: `${path}[${i}]`, value: one });
    else if (isObject(value)) {
      for (const [name, one] of Object.entries(value)) {
        const at = path === '' ? name : `${path}.${name}`;
        if (LONE_SURROGATE.test(name)) found.push(at.replace(/\p{Cs}/gu, '\ufffd'));
        else open.push({ path: at, value: one });
      }
    }
  }
  return found.sort();
}

/** For requests without a body: accepts none, or `{}`. @throws LivestreamError `validation_failed`, naming unknown fields */
export function refuseBody(request: FastifyRequest): void {
  const body = request.body;
  if (body === undefined) return;
  if (!isObject(body)) {
    throw validationFailed([{ path: '', message: `must be empty or {}, got ${inspect(body)}` }]);
  }
  const unknown = Object.keys(body).map((path) => ({ path, message: 'is not a known field' }));
  if (unknown.length > 0) throw validationFailed(unknown);
}
