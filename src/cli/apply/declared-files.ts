/** Reads the files of `livestream apply`, documents in YAML or JSON, and remembers where each item is in its file. */

import { basename } from 'node:path';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { isObject, type JsonObject } from '../../json.ts';

/** The lists of a document. */
const LISTS = ['broadcasts', 'series', 'calendars', 'sources'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const ENV = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

export interface FileText {
  /** The name people use. */
  file: string;
  text: string;
}

export interface FileIssue {
  /** `streams.yaml:12:5: broadcasts[0].startAt`. */
  path: string;
  message: string;
}

/** What one or several documents, in one or several files, declare under one name. */
export interface Declaration {
  name: string;
  document: JsonObject;
  /** Writes the position of a document path for people: `streams.yaml:12:5: broadcasts[0].startAt`. */
  placeOf(path: string): string;
}

type Path = (string | number)[];

interface Part {
  file: string;
  yaml: Document;
  lines: LineCounter;
  content: JsonObject;
}

/** An item of a list: the part it comes from, and its position there. */
interface Origin {
  part: Part;
  index: number;
}

/**
 * @param given the name for every document; null: each document names itself, or takes the name of its file
 * @param env values for `${NAME}`, which may hold a stream key
 */
export function readDeclarations(
  files: readonly FileText[],
  given: string | null,
  env: Record<string, string | undefined>,
): { declarations: Declaration[]; issues: FileIssue[] } {
  const issues: FileIssue[] = [];
  const byName = new Map<string, Part[]>();
  for (const file of files) {
    const parts = partsOf(file, issues);
    for (const part of parts) fillKeys(part, env, issues);
    const first = parts.find(({ content }) => typeof content['name'] === 'string')?.content['name'];
    for (const part of parts) {
      const name = String(given ?? part.content['name'] ?? first ?? nameOfFile(file.file) ?? '');
      byName.set(name, [...(byName.get(name) ?? []), part]);
    }
  }
  return { declarations: [...byName].map(([name, parts]) => declarationOf(name, parts)), issues };
}

function partsOf({ file, text }: FileText, issues: FileIssue[]): Part[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    intAsBigInt: true,
  });
  const found: Part[] = [];
  for (const yaml of [...documents] as Document[]) {
    for (const { message, pos } of yaml.errors) issues.push({ path: at(file, lines, pos[0]), message });
    if (yaml.errors.length > 0) continue;
    const content = contentOf(yaml, { file, lines }, issues);
    if (isObject(content)) found.push({ file, yaml, lines, content });
    // A file may end with `---`, or begin with a comment of its own.
    else if (content !== null)
      issues.push({ path: at(file, lines, 0), message: `must be an object with ${LISTS.join(', ')}` });
  }
  if (found.length === 0 && issues.length === 0) issues.push({ path: file, message: 'there is nothing in it' });
  return found;
}

/** Too many uses of an alias (a "billion laughs" attack) are detected only here. */
function contentOf(
  yaml: Document,
  { file, lines }: { file: string; lines: LineCounter },
  issues: FileIssue[],
): unknown {
  try {
    return withoutBigInts(yaml.toJS());
  } catch (error) {
    issues.push({ path: at(file, lines, 0), message: (error as Error).message });
    return null;
  }
}

/** Meeting numbers can exceed the precision of a JavaScript number. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(withoutBigInts);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutBigInts(one)]));
}

/** Replaces `streamKey: ${NAME}` by that environment variable: a key does not belong in git. */
function fillKeys(part: Part, env: Record<string, string | undefined>, issues: FileIssue[]): void {
  for (const list of ['broadcasts', 'series']) {
    const things = part.content[list];
    for (const [i, thing] of (Array.isArray(things) ? things : []).entries()) {
      const destination = isObject(thing) ? thing['destination'] : null;
      if (!isObject(destination)) continue;
      const [, name] = ENV.exec(String(destination['streamKey'] ?? '')) ?? [];
      if (name === undefined) continue;
      const value = env[name];
      if (value) destination['streamKey'] = value;
      else {
        const path = [list, i, 'destination', 'streamKey'];
        issues.push({ path: locate(part, path, path), message: `the environment variable ${name} is not set` });
      }
    }
  }
}

function nameOfFile(file: string): string | null {
  const name = basename(file).replace(/\.(ya?ml|json)$/i, '');
  return file !== '-' && NAME.test(name) ? name : null;
}

function declarationOf(name: string, parts: Part[]): Declaration {
  const origins = new Map<string, Origin[]>();
  const document: JsonObject = { name };
  for (const part of parts) {
    for (const [field, value] of Object.entries(part.content)) {
      if (field === 'name') continue;
      if (!LISTS.includes(field) || !Array.isArray(value)) document[field] = value ?? [];
      else {
        const former = Array.isArray(document[field]) ? (document[field] as unknown[]) : [];
        document[field] = [...former, ...value];
        origins.set(field, [...(origins.get(field) ?? []), ...value.map((_, index) => ({ part, index }))]);
      }
    }
  }
  return { name, document, placeOf: (path) => positionOf(path, parts, origins) };
}

function positionOf(path: string, parts: Part[], origins: ReadonlyMap<string, Origin[]>): string {
  const inDocument = path.replace(/^document\.?/, '');
  const steps = stepsOf(inDocument);
  const [list, index] = steps;
  const origin = typeof index === 'number' ? origins.get(String(list))?.[index] : undefined;
  if (origin)
    return locate(
      origin.part,
      [list as string, origin.index, ...steps.slice(2)],
      [list as string, origin.index, ...steps.slice(2)],
    );
  const part = parts.find(({ content }) => list !== undefined && list in content) ?? parts[0];
  return part ? locate(part, steps, steps) : inDocument;
}

/** Splits `broadcasts[3].startAt` into its steps. */
function stepsOf(path: string): Path {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) =>
    name === undefined ? Number(index) : name,
  );
}

/** The position of a path, or of its nearest parent in the file. */
function locate({ file, yaml, lines }: Part, path: Path, shown: Path): string {
  const text = shown.reduce<string>(
    (so, step) => (typeof step === 'number' ? `${so}[${step}]` : so === '' ? step : `${so}.${step}`),
    '',
  );
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? yaml.contents : yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return `${at(file, lines, node.range[0])}${text === '' ? '' : `: ${text}`}`;
  }
  return `${file}: ${text}`;
}

function at(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${file === '-' ? 'standard input' : file}:${Math.max(1, line)}:${Math.max(1, col)}`;
}
