import { type InputIssue, LivestreamError } from '../errors.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { inspect } from './issues.ts';

/** What is wrong with this account name (null: none was given), or null. */
export type AccountCheck = (account: string | null) => Omit<InputIssue, 'path'> | null;

/** Reports a wrong or missing account together with every other issue of an input. */
export function accountCheck(accounts: Pick<AccountDirectory, 'resolve' | 'names'>): AccountCheck {
  return (account) => {
    try {
      accounts.resolve(account);
      return null;
    } catch (error) {
      if (!(error instanceof LivestreamError)) throw error;
      const message = `must be one of ${accounts.names().join(', ') || 'none'}, got ${inspect(account ?? undefined)}`;
      return { message, code: error.code === 'account_required' ? error.code : 'account_unknown' };
    }
  };
}
