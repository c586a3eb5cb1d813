import { ApiError } from '../../src/client/index.ts';
import { api } from './api.ts';
import { session, signIn } from './session-state.ts';

/** Finds out who is signed in. Throws if the API does not answer. */
export async function readSession(): Promise<void> {
  try {
    session.value = await api.getSession();
    signIn.value = 'no';
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
}

/** The key goes into this one request and nowhere else. Scripts cannot read the cookie that comes back. */
export async function beginSession(key: string): Promise<void> {
  await api.signIn({ body: { key } });
  await readSession();
}

export async function endSession(): Promise<void> {
  await api.signOut();
  session.value = null;
  signIn.value = 'asked';
}
