/** The scopes that allow our requests to Zoom (Zoom API reference; any one of a list is enough). */

export interface Capability {
  /** What it is for, as reports say it. */
  purpose: string;
  classic: string[];
  granular: string[];
}

const withAdmin = (scope: string) => [scope, `${scope}:admin`];
const classic = (product: string, access: string) => [...withAdmin(`${product}:${access}`), `${product}:master`];
const withMaster = (scope: string) => [...withAdmin(scope), `${scope}:master`];

export const CAPABILITIES = {
  meetingStatus: {
    purpose: 'starting and stopping meetings',
    classic: classic('meeting', 'write'),
    granular: withMaster('meeting:update:livestream_status'),
  },
  meetingRead: {
    purpose: 'checking whether a meeting is running',
    classic: classic('meeting', 'read'),
    granular: withMaster('meeting:read:meeting'),
  },
  meetingConfigure: {
    purpose: 'setting where meetings stream to',
    classic: classic('meeting', 'write'),
    granular: withMaster('meeting:update:livestream'),
  },
  webinarStatus: {
    purpose: 'starting and stopping webinars',
    classic: classic('webinar', 'write'),
    granular: withMaster('webinar:update:livestream_status'),
  },
  webinarConfigure: {
    purpose: 'setting where webinars stream to',
    classic: classic('webinar', 'write'),
    granular: withMaster('webinar:update:livestream'),
  },
} satisfies Record<string, Capability>;

export function allows(granted: readonly string[], { classic, granular }: Capability): boolean {
  return granted.some((scope) => classic.includes(scope) || granular.includes(scope));
}
