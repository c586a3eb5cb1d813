import { type CheckOutcome, failed, ok, warning } from '../../health/check-result.ts';
import { allows, CAPABILITIES, type Capability } from '../../preflight/scopes.ts';

const WHERE = 'in the app’s Scopes on marketplace.zoom.us; tokens issued earlier do not have them';

/** A token that cannot start anything is an error. A scope that only some users need is a warning. */
export function checkMeetingScopes(granted: readonly string[]): CheckOutcome {
  const { meetingStatus, meetingRead, meetingConfigure, webinarStatus } = CAPABILITIES;
  const missing = [meetingStatus, meetingRead, meetingConfigure].filter((one) => !allows(granted, one));
  if (missing.length === 0) return ok('can start, stop, check and configure meetings');
  const cannotStart = !allows(granted, meetingStatus) && !allows(granted, webinarStatus);
  return (cannotStart ? failed : warning)(missingText(missing), fixText(missing));
}

export function checkWebinarScopes(granted: readonly string[]): CheckOutcome {
  const missing = [CAPABILITIES.webinarStatus, CAPABILITIES.webinarConfigure].filter((one) => !allows(granted, one));
  if (missing.length === 0) return ok('can start, stop and configure webinars');
  return warning(missingText(missing), `needed only for webinars: ${fixText(missing)}`);
}

function missingText(missing: Capability[]): string {
  return `the token’s scopes do not allow ${missing.map(({ purpose }) => purpose).join(', ')}`;
}

/** The `:admin` form, since a Server-to-Server token has no user behind it. */
function fixText(missing: Capability[]): string {
  const granular = [...new Set(missing.map(({ granular }) => granular[1]))].join(', ');
  const classic = [...new Set(missing.map(({ classic }) => classic[1]))].join(', ');
  return `add ${granular} (or, in an app with classic scopes, ${classic}) ${WHERE}`;
}
