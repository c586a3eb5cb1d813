/** After `schedule`: reports the preflight if it is due at once. */
import type { Clock } from '../clock.ts';
import type { ApiClient } from './api/api-client.ts';
import type { BroadcastJson } from './api/api-types.ts';

/** Default of PREFLIGHT, ms: a later start is checked later, and the command does not wait for it. */
const USUAL_PREFLIGHT_MS = 600_000;
/** With less time than this before the start, ms, there is no preflight. */
const TOO_SOON_MS = 10_000;
const MAX_POLLS = 12;
const POLL_MS = 250;

/** Returns the broadcast with its preflight warnings if they come within 3 s; else unchanged. */
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
