/** What a limited API key may see and change. Null: no limit of this kind. */
export interface Limits {
  /** Names of Zoom accounts. */
  accounts: readonly string[] | null;
  /** `name=value`, or `name` for any value; one match is enough. */
  labels: readonly string[] | null;
}

export const UNLIMITED: Limits = { accounts: null, labels: null };

/** Whether the limits exclude anything. */
export function isLimited({ accounts, labels }: Limits): boolean {
  return accounts !== null || labels !== null;
}

/** Whether a broadcast or a series lies within the limits: its account is listed, and one of its labels matches. */
export function isWithin(
  { accounts, labels }: Limits,
  what: { account: string; labels: Readonly<Record<string, string>> },
): boolean {
  if (accounts !== null && !accounts.includes(what.account)) return false;
  return labels === null || labels.some((label) => hasLabel(what.labels, label));
}

/** @param label `name=value`, or `name` for any value */
export function hasLabel(labels: Readonly<Record<string, string>>, label: string): boolean {
  const at = label.indexOf('=');
  if (at < 0) return Object.hasOwn(labels, label);
  const name = label.slice(0, at);
  return Object.hasOwn(labels, name) && labels[name] === label.slice(at + 1);
}

/** For a message: `the account north and one of the labels campus=north, room`. */
export function limitsInWords({ accounts, labels }: Limits): string {
  const list = (word: string, names: readonly string[]) =>
    names.length === 1 ? `the ${word} ${names[0]}` : `one of the ${word}s ${names.join(', ')}`;
  const parts = [...(accounts ? [list('account', accounts)] : []), ...(labels ? [list('label', labels)] : [])];
  return parts.join(' and ');
}
