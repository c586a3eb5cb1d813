/** After `schedule`: what the preflight finds when it is due at once. */
import type { Clock } from '../clock.ts';
import type { ApiClient } from './api/api-client.ts';
import type { BroadcastJson } from './api/api-types.ts';

/** PREFLIGHT by default, ms: a later start is checked later, and the command does not wait for it. */
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
      const { history } = await api.getBroadcastHistory({ path: { id: created.id } });
      if (history.some(({ type }) => type === 'preflight')) return await api.getBroadcast({ path: { id: created.id } });
    }
  } catch {
    // The plan is stored: the command has succeeded even if this check fails.
  }
  return created;
}
