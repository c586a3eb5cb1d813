import type { StoredToken, TokenStore } from '../src/zoom/tokens/tokens.ts';

/** For one process without Redis: shares the token with no other. */
export class MemoryTokenStore implements TokenStore {
  readonly #tokens = new Map<string, StoredToken>();

  read = async (name: string) => this.#tokens.get(name) ?? null;
  lock = async () => true;
  unlock = async () => {};
  store = async (name: string, _holder: string, token: StoredToken) => {
    this.#tokens.set(name, token);
    return true;
  };
}
