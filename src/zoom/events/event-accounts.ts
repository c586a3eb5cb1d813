import type { AccountDirectory, ZoomAccount } from '../accounts.ts';

/**
 * The accounts that a signed event counts for: those that `payload.account_id` names, and of these only the ones whose secret
 * signed it (contract, section 5). Nobody who knows one account's secret can speak for another account.
 *
 * An account with a fixed token may not say its Zoom id. It takes what its secret signed, unless the id belongs to another
 * account here. An event without an id counts when it can only mean one account.
 * @param accountId `payload.account_id`; null when the event has none
 * @param secretOf the secret token that signs the events of an account
 * @returns their names; empty: the event must be refused
 */
export function accountsSignedFor(
  accounts: AccountDirectory,
  accountId: string | null,
  secret: string,
  secretOf: (account: ZoomAccount) => string | null,
): string[] {
  const signed = accounts.all().filter((account) => secretOf(account) === secret);
  return namesOf(addressedAccounts(accounts, accountId, signed));
}

/**
 * The accounts that an event on the WebSocket of `owner` counts for: the connection was opened with that account's token, so it
 * speaks for that Zoom account and for no other.
 * @returns their names; empty: the event must be dropped
 */
export function accountsOnSocketOf(accounts: AccountDirectory, accountId: string | null, owner: string): string[] {
  const account = accounts.get(owner);
  if (!account) return [];
  const zoomId = account.accountId;
  const same = zoomId === null ? [account] : accounts.byZoomAccountId(zoomId);
  return accountId === null ? [owner] : namesOf(addressedAccounts(accounts, accountId, same));
}

/** Of those that an event may speak for, the ones that it means. */
function addressedAccounts(accounts: AccountDirectory, accountId: string | null, may: ZoomAccount[]): ZoomAccount[] {
  const withoutId = may.filter((account) => account.accountId === null);
  if (accountId === null) return withoutId.length > 0 ? withoutId : may.length === 1 ? may : [];
  if (accounts.byZoomAccountId(accountId).length === 0) return withoutId;
  return may.filter((account) => account.accountId === accountId);
}

const namesOf = (accounts: ZoomAccount[]): string[] => accounts.map(({ name }) => name);
