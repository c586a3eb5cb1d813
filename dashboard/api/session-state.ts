import { computed, signal } from '@preact/signals';
import type { components } from '../../src/client/index.ts';
import { mayDo, type Role } from '../../src/config/roles.ts';

export type Session = components['schemas']['Session'];

/** The signed-in user; null: nobody, or not known yet. */
export const session = signal<Session | null>(null);
/** `asked`: the page needs a key; `again`: the session has ended. */
export const signIn = signal<'no' | 'asked' | 'again'>('no');

const role = computed<Role | null>(() => session.value?.role ?? null);

/** Whether to show a button that needs this role. The API checks again. */
export function may(needed: Role): boolean {
  return role.value !== null && mayDo(role.value, needed);
}

export function needSignIn(): void {
  if (signIn.value !== 'no') return;
  signIn.value = session.value === null ? 'asked' : 'again';
  session.value = null;
}
