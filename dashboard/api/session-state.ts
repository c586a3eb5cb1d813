import { computed, signal } from '@preact/signals';
import type { components } from '../../src/client/index.ts';
import { mayDo, type Role } from '../../src/config/roles.ts';

export type Session = components['schemas']['Session'];

/** Who is signed in; null: nobody is, or it is not known yet. */
export const session = signal<Session | null>(null);
/** `asked`: a key is needed; `again`: there was a session, and it is over. */
export const signIn = signal<'no' | 'asked' | 'again'>('no');

const role = computed<Role | null>(() => session.value?.role ?? null);

/** Whether a button that needs this role is shown. The API checks again. */
export function may(needed: Role): boolean {
  return role.value !== null && mayDo(role.value, needed);
}

export function needSignIn(): void {
  if (signIn.value !== 'no') return;
  signIn.value = session.value === null ? 'asked' : 'again';
  session.value = null;
}
