/** Applies the limits of the caller's API key to commands. */

import { isWithin, type Limits, limitsInWords } from '../broadcasts/limits.ts';
import { LivestreamError } from '../errors.ts';

type Limited = { account: string; labels: Readonly<Record<string, string>> };

/** Nothing outside the limits exists for the caller: it gets the same answer as for an unknown id. */
export function requireSeen(what: Limited, limits: Limits | undefined, missing: () => LivestreamError): void {
  if (limits && !isWithin(limits, what)) throw missing();
}

/** Everything that the caller makes or changes must be within its limits. @throws LivestreamError `outside_limits` */
export function requireInside(what: readonly Limited[], limits: Limits | undefined): void {
  if (!limits) return;
  const index = what.findIndex((one) => !isWithin(limits, one));
  if (index < 0) return;
  throw outsideLimits(what.length > 1 ? `Item ${index} of the batch` : 'This', limits);
}

/** The error `outside_limits`. @param which begins its sentence, such as `The account north` */
export function outsideLimits(which: string, limits: Limits): LivestreamError {
  const detail = `${which} is outside the limits of your API key, which allow only ${limitsInWords(limits)}.`;
  const { accounts, labels } = limits;
  return new LivestreamError('outside_limits', detail, { extra: { accounts, labels } });
}
