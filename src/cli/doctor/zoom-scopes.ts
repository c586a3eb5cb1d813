/** Scopes by which Zoom lets our requests through (Zoom API reference; any one of a list will do). */
import { type Finding, fault, ok, warning } from './check.ts';

export interface Capability {
  /** What it is for, as the report says it. */
  purpose: string;
  classic: string[];
  granular: string[];
}

const withAdmin = (scope: string) => [scope, `${scope}:admin`];

export const CAPABILITIES = {
  meetingStatus: {
    purpose: 'starting and stopping meetings',
    classic: withAdmin('meeting:write'),
    granular: [...withAdmin('meeting:update:livestream_status'), 'meeting:update:livestream_status:master'],
  },
  meetingRead: {
    purpose: 'looking whether a meeting runs',
    classic: withAdmin('meeting:read'),
    granular: [...withAdmin('meeting:read:meeting'), 'meeting:read:meeting:master'],
  },
  meetingConfigure: {
    purpose: 'setting where meetings stream to',
    classic: withAdmin('meeting:write'),
    granular: [...withAdmin('meeting:update:livestream'), 'meeting:update:livestream:master'],
  },
  webinarStatus: {
    purpose: 'starting and stopping webinars',
    classic: withAdmin('webinar:write'),
    granular: [...withAdmin('webinar:update:livestream_status'), 'webinar:update:livestream_status:master'],
  },
  webinarConfigure: {
    purpose: 'setting where webinars stream to',
    classic: withAdmin('webinar:write'),
    granular: [...withAdmin('webinar:update:livestream'), 'webinar:update:livestream:master'],
  },
} satisfies Record<string, Capability>;

export function allows(granted: ReadonlySet<string>, capability: Capability): boolean {
  return [...capability.classic, ...capability.granular].some((scope) => granted.has(scope));
}

const WHERE = 'in the app’s Scopes on marketplace.zoom.us; tokens made before do not have them';

/** Without the right to start anything it is a fault; what only some need is a warning. */
export function checkMeetingScopes(granted: ReadonlySet<string>): Finding {
  const { meetingStatus, meetingRead, meetingConfigure, webinarStatus } = CAPABILITIES;
  const missing = [meetingStatus, meetingRead, meetingConfigure].filter((one) => !allows(granted, one));
  if (missing.length === 0) return ok('start, stop, look at and configure meetings');
  const cannotStart = !allows(granted, meetingStatus) && !allows(granted, webinarStatus);
  return (cannotStart ? fault : warning)(missingText(missing), fixText(missing));
}

export function checkWebinarScopes(granted: ReadonlySet<string>): Finding {
  const missing = [CAPABILITIES.webinarStatus, CAPABILITIES.webinarConfigure].filter((one) => !allows(granted, one));
  if (missing.length === 0) return ok('start, stop and configure webinars');
  return warning(missingText(missing), `only if there are webinars: ${fixText(missing)}`);
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
