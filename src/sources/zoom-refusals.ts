/** Why Zoom returned nothing, and what to do about it, in words. */

import type { BroadcastKind } from '../broadcasts/broadcast.ts';
import type { ReadResult } from '../broadcasts/zoom-outcome.ts';

/** Why a read of Zoom gave nothing, in words for people. */
export function whyNotRead(read: ReadResult): string {
  switch (read.kind) {
    case 'refused':
      return read.advice;
    case 'rate_limited':
      return `the account has reached Zoom's rate limit, until ${new Date(read.until).toISOString()}`;
    case 'unauthorized':
      return 'Zoom refuses the token: check the credentials of the account';
    case 'found':
      return 'Zoom gave an unexpected answer';
    default:
      return read.reason;
  }
}

/** The same for a list: the advice for a start does not fit lists. */
export function whyNotListed(read: ReadResult, kind: BroadcastKind, user: string): string {
  if (read.kind !== 'refused') return whyNotRead(read);
  if (read.code === 'user_not_found' || read.code === 'user_not_in_account')
    return `Zoom has no user ${user} in this account. Check the address, and --account.`;
  if (read.code === 'scopes_missing')
    return `the Zoom app is not allowed to list ${kind}s. Add the scope ${kind}:read:list_${kind}s:admin on marketplace.zoom.us; the next token will have it.`;
  return read.advice;
}
