import { type SandboxMeeting, zoomTime } from './meeting.ts';
import type { EventName, PlannedEvent } from './meeting-model.ts';

/** Builds Zoom's events as Zoom sends them (Zoom API reference, section 5.1). */

/** The raw JSON of an event. `at` in ms is `event_ts`; `meeting` is the meeting at that time. */
export function eventJson({ event, meeting, at, byPerson = true }: Omit<PlannedEvent, 'afterMs' | 'type'>): string {
  const payload = event.startsWith('meeting.live_streaming')
    ? streamPayload(meeting, at, byPerson)
    : boundPayload(event, meeting, at);
  return zoomJson({ event, event_ts: at, payload });
}

/** Contains the stream key in plain text, like the real event: the receiver must not log it. */
function streamPayload(meeting: SandboxMeeting, at: number, byPerson: boolean): unknown {
  const live_streaming = {
    service: meeting.service,
    ...(meeting.service === 'Custom_Live_Streaming_Service' && { custom_live_streaming_settings: meeting.target }),
    date_time: zoomTime(at),
  };
  return {
    ...accountOf(meeting),
    ...(byPerson && { operator: meeting.hostEmail, operator_id: meeting.hostId }),
    object: { id: new Numeral(meeting.id), ...common(meeting), live_streaming },
  };
}

function boundPayload(event: EventName, meeting: SandboxMeeting, at: number): unknown {
  const ended = event.endsWith('.ended') ? { end_time: zoomTime(at) } : {};
  const object = { id: meeting.id, ...common(meeting), host_email: meeting.hostEmail, ...ended };
  return { ...accountOf(meeting), object };
}

/** Absent before the first token request, so that no event names an account that does not exist. */
function accountOf({ account }: SandboxMeeting): { account_id?: string } {
  return account === null ? {} : { account_id: account };
}

function common(meeting: SandboxMeeting): Record<string, unknown> {
  return {
    uuid: meeting.uuid,
    host_id: meeting.hostId,
    topic: meeting.topic,
    type: meeting.type,
    start_time: meeting.startTime,
    timezone: meeting.timezone,
    duration: meeting.duration,
  };
}

/** A meeting number to print as a JSON number with all its digits: it may exceed 2^53. */
export class Numeral {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits.replace(/^0+(?=\d)/, '');
  }

  toJSON(): string {
    return `\u0001${this.digits}\u0001`;
  }
}

/** `JSON.stringify` that prints a `Numeral` as a bare number. */
export function zoomJson(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0001(\d+)\\u0001"/g, '$1');
}
