import { LivestreamError } from '../errors.ts';
import type { AccountDirectory } from '../zoom/accounts.ts';
import { show } from './issues.ts';

type AccountIssue = (account: string | null) => string | null;

/** Reports a wrong or missing account together with every other issue of an input. */
export class AccountCheck {
  readonly #accounts: Pick<AccountDirectory, 'resolve' | 'names'>;

  constructor(accounts: Pick<AccountDirectory, 'resolve' | 'names'>) {
    this.#accounts = accounts;
  }

  /**
   * Runs a parser with the `accountIssue` of its context. If the only issue is a missing account, the
   * error gets the code `account_required`.
   */
  run<Parsed>(parse: (accountIssue: AccountIssue) => Parsed): Parsed {
    const required = new Set<string>();
    const accountIssue: AccountIssue = (account) => {
      const error = this.#errorOf(account);
      if (!error) return null;
      const message = `must be one of ${this.#accounts.names().join(', ') || 'none'}, got ${show(account ?? undefined)}`;
      if (error.code === 'account_required') required.add(message);
      return message;
    };
    try {
      return parse(accountIssue);
    } catch (error) {
      if (!(error instanceof LivestreamError) || !onlyAbout(required, error)) throw error;
      throw new LivestreamError('account_required', error.message, { errors: error.errors });
    }
  }

  #errorOf(account: string | null): LivestreamError | null {
    try {
      this.#accounts.resolve(account);
      return null;
    } catch (error) {
      if (error instanceof LivestreamError) return error;
      throw error;
    }
  }
}

function onlyAbout(messages: ReadonlySet<string>, { errors }: LivestreamError): boolean {
  return errors.length > 0 && errors.every(({ message }) => messages.has(message));
}
