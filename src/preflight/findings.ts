import type { Broadcast, BroadcastKind } from '../broadcasts/broadcast.ts';
import type { Finding, FindingCode } from '../broadcasts/rules/on-preflight.ts';
import type { RefusalCode } from '../broadcasts/zoom-outcome.ts';
import { isObject } from '../json.ts';
import { allows, CAPABILITIES } from './scopes.ts';

/** What Zoom's data about a meeting, its host and its live stream says before the start (Zoom API reference, 3, 4, 9). Pure. */

type Fields = Record<string, unknown>;

/** The broadcast may start this much before Zoom's schedule, ms: hosts open early. */
const EARLY_MS = 15 * 60_000;

export function finding(code: FindingCode, message: string, advice: string, prevents = true): Finding {
  return { code, message, advice, prevents };
}

/** Zoom refused a read for good: the start would be refused, too, unless only reading is not allowed. */
export function refusedRead(what: string, code: RefusalCode, advice: string): Finding {
  if (code === 'scopes_missing' || code === 'no_permission' || code === 'validation_failed') {
    return finding('not_checked', `${what} could not be checked: ${code}.`, advice, false);
  }
  return finding(code, `Zoom refuses ${what}: ${code}.`, advice);
}

/** The token's scopes, as Zoom granted them, against what a start needs; null when Zoom did not say. */
export function scopeFindings(granted: string[] | null, kind: BroadcastKind): Finding[] {
  const capability = CAPABILITIES[`${kind}Status`];
  if (granted === null || granted.length === 0 || allows(granted, capability)) return [];
  // A Server-to-Server token has no user behind it, so it needs the :admin form.
  const advice = `Add ${capability.granular[1]} to the scopes of the app on marketplace.zoom.us.`;
  return [finding('scopes_missing', `The token is not allowed to start the live stream of a ${kind}.`, advice)];
}

type Checked = Pick<Broadcast, 'kind' | 'startAt' | 'destination'>;

export function meetingFindings(meeting: Fields, broadcast: Checked): Finding[] {
  const settings = fields(meeting.settings);
  const encrypted =
    broadcast.kind === 'meeting' && settings.encryption_type === 'e2ee'
      ? [
          finding(
            'end_to_end_encrypted',
            'The meeting uses end-to-end encryption, so Zoom cannot stream it.',
            'Set its encryption to "enhanced" in Zoom.',
          ),
        ]
      : [];
  return [...encrypted, ...timeFindings(meeting, broadcast)];
}

/** The broadcast must start within one of Zoom's times for the meeting; without fixed times there is nothing to check. */
function timeFindings(meeting: Fields, { startAt }: Checked): Finding[] {
  const occurrences = Array.isArray(meeting.occurrences) ? meeting.occurrences.map(fields) : [];
  const planned = (occurrences.length > 0 ? occurrences : [meeting])
    .filter(({ status }) => status !== 'deleted')
    .map((one) => ({ from: Date.parse(String(one.start_time)), minutes: Number(one.duration ?? meeting.duration) }))
    .filter(({ from, minutes }) => Number.isFinite(from) && Number.isFinite(minutes));
  const fits = planned.some(({ from, minutes }) => startAt >= from - EARLY_MS && startAt <= from + minutes * 60_000);
  if (planned.length === 0 || fits) return [];
  const nearest = planned.reduce((a, b) => (Math.abs(a.from - startAt) <= Math.abs(b.from - startAt) ? a : b));
  const zooms = `${new Date(nearest.from).toISOString()} for ${nearest.minutes} minutes`;
  return [
    finding(
      'time_differs',
      `The broadcast is planned for ${new Date(startAt).toISOString()}, but in Zoom the meeting is at ${zooms}.`,
      'Correct one of them. If the host joins at the time in Zoom, the broadcast may miss its start window.',
      false,
    ),
  ];
}

/** `GET /users/{id}/settings` of the host. */
export function hostFindings(settings: Fields, kind: BroadcastKind): Finding[] {
  const inMeeting = fields(settings.in_meeting);
  if (kind === 'webinar') return webinarFindings(settings, fields(inMeeting.webinar_live_streaming));
  const off = inMeeting.allow_live_streaming === false || inMeeting.custom_live_streaming_service === false;
  return off ? [notEnabled('Allow livestreaming of meetings')] : [];
}

function webinarFindings(settings: Fields, streaming: Fields): Finding[] {
  if (fields(settings.feature).webinar === false) {
    return [
      finding('webinar_plan_missing', 'The host has no webinar licence.', 'Assign the host a webinar licence in Zoom.'),
    ];
  }
  const services = streaming.live_streaming_service;
  const off = streaming.enable === false || (Array.isArray(services) && !services.includes('custom'));
  return off ? [notEnabled('Allow livestreaming of webinars')] : [];
}

function notEnabled(setting: string): Finding {
  return finding(
    'livestream_not_enabled',
    'The host’s Zoom settings do not allow custom live streaming.',
    `Turn on "${setting}" with "Custom Live Streaming Service" for the host in Zoom.`,
  );
}

/** `GET …/livestream`: an empty 200 means that nothing was ever configured. */
export function targetFindings(target: Fields | null, { kind, destination }: Checked): Finding[] {
  if (destination !== null || target !== null) return [];
  const where = `Configure the custom live stream of the ${kind} in Zoom, or give the broadcast a destination.`;
  return [finding('livestream_not_configured', `No custom live stream is configured for the ${kind}.`, where)];
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}
