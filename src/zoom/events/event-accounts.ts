import type { AccountDirectory, ZoomAccount } from '../accounts.ts';

/**
 * The accounts that a signed event counts for: those that `payload.account_id` names, and only if their secret signed it (contract,
 * section 5). So the secret of one account cannot speak for another account.
 *
 * An account with a fixed token may not know its Zoom id. It accepts what its secret signed, unless the id belongs to another
 * account here. An event without an id counts when it can only mean one account.
 * @param accountId `payload.account_id`; null when the event has none
 * @param secretOf the secret token that signs the events of an account
 * @returns their names; empty: refuse the event
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
 * The accounts that an event on the WebSocket of `owner` counts for. That account's token opened the connection, so it speaks only for
 * that Zoom account.
 * @returns their names; empty: drop the event
 */
export function accountsOnSocketOf(accounts: AccountDirectory, accountId: string | null, owner: string): string[] {
  const account = accounts.get(owner);
  if (!account) return [];
  const zoomId = account.accountId;
  const same = zoomId === null ? [account] : accounts.byZoomAccountId(zoomId);
  return accountId === null ? [owner] : namesOf(addressedAccounts(accounts, accountId, same));
}

/** Of the accounts that an event may speak for, those that it means. */
function addressedAccounts(accounts: AccountDirectory, accountId: string | null, may: ZoomAccount[]): ZoomAccount[] {
  const withoutId = may.filter((account) => account.accountId === null);
  if (accountId === null) return withoutId.length > 0 ? withoutId : may.length === 1 ? may : [];
  if (accounts.byZoomAccountId(accountId).length === 0) return withoutId;
  return may.filter((account) => account.accountId === accountId);
}

const namesOf = (accounts: ZoomAccount[]): string[] => accounts.map(({ name }) => name);
