/** After `schedule`: what the preflight finds when it is due at once. */
import type { Clock } from '../clock.ts';
import type { ApiClient } from './api/api-client.ts';
import type { BroadcastJson } from './api/api-types.ts';

/** PREFLIGHT as it is when nobody sets it, ms: a later start is checked later, and nobody waits for it. */
const USUAL_PREFLIGHT_MS = 600_000;
/** Sooner than this, ms, nothing is checked any more. */
const TOO_SOON_MS = 10_000;
const MAX_POLLS = 12;
const POLL_MS = 250;

/** The broadcast with the warnings of its preflight, if that comes within 3 s; else as it was. */
export async function waitForPreflight(api: ApiClient, created: BroadcastJson, clock: Clock): Promise<BroadcastJson> {
  const startsIn = Date.parse(created.startAt) - clock.now();
  if (created.status !== 'scheduled' || startsIn < TOO_SOON_MS || startsIn > USUAL_PREFLIGHT_MS) return created;
  try {
    for (let check = 0; check < MAX_POLLS; check += 1) {
      await clock.sleepUntil(clock.now() + POLL_MS);
      const { history } = await api.history(created.id);
      if (history.some(({ type }) => type === 'preflight')) return await api.get(created.id);
    }
  } catch {
    // It is stored: a fault of this look is no fault of the command.
  }
  return created;
}
