import { type InputIssue, type IssueCode, LivestreamError, type NewIssue } from '../errors.ts';

/** Maximum length of a wrong value in a message, in characters. */
const MAX_SHOWN = 80;
/** Paths named in the one-line detail; `errors` has them all. */
const MAX_NAMED = 5;

/** Collects every issue of one input, so that all of them are reported at once. */
export class Issues {
  readonly list: InputIssue[] = [];
  /** What is in the list already: a set, since a hostile body can have a hundred thousand issues. */
  readonly #known = new Set<string>();

  /** `prefix` is the path of the value in a larger input, such as `broadcasts[3]`. */
  add(path: string, message: string, prefix = '', code: IssueCode = 'invalid'): void {
    const full = prefix && path ? `${prefix}.${path}` : prefix || path;
    const key = `${full}\n${message}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.list.push({ path: full, message, code });
  }

  /** Throws `validation_failed` with every issue, if there is one. */
  throwIfAny(): void {
    if (this.list.length > 0) throw validationFailed(this.list);
  }
}

/**
 * The error for these issues; its detail is one line that names the first paths. If a missing account is the only issue, the
 * error has the code `account_required`.
 */
export function validationFailed(errors: NewIssue[]): LivestreamError {
  const isAccount = errors.length > 0 && errors.every((issue) => issue.code === 'account_required');
  return new LivestreamError(isAccount ? 'account_required' : 'validation_failed', detailOf(errors), { errors });
}

function detailOf(errors: NewIssue[]): string {
  const [first] = errors;
  if (errors.length === 1 && first) return `${first.path || 'The input'} ${first.message}.`;
  const paths = [...new Set(errors.map((issue) => issue.path || 'the input'))];
  const more = paths.length > MAX_NAMED ? ', …' : '';
  return `${errors.length} fields are invalid: ${paths.slice(0, MAX_NAMED).join(', ')}${more}.`;
}

/** A value as shown in a message: JSON, truncated when long. Never throws. */
export function inspect(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return inspectText(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'an object';
  return typeof value === 'bigint' || typeof value === 'boolean' || value === null
    ? String(value)
    : `a ${typeof value}`;
}

function inspectText(text: string): string {
  if (text.length <= MAX_SHOWN) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, MAX_SHOWN))}… (${[...text].length} characters)`;
}

/** Describes a secret without revealing it. */
export function describeSecret(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? `a string of ${[...value].length} characters` : `a value of type ${typeof value}`;
}
