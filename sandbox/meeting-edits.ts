import { Numeral } from './event-payloads.ts';
import type { Occurrence, SandboxMeeting } from './meeting.ts';

/** Edits of meetings by people in Zoom, with their events (Zoom API reference, section 5.1). Pure. */

export interface MeetingEdit {
  topic?: string | undefined;
  startTime?: string | undefined;
  duration?: number | undefined;
  timezone?: string | undefined;
  type?: number | undefined;
  occurrences?: Occurrence[] | undefined;
  /** Changes only this occurrence. */
  occurrenceId?: string | undefined;
}

export interface EditEvent {
  verb: 'created' | 'updated' | 'deleted';
  /** Part of the payload, beside `account_id`. */
  payload: Record<string, unknown>;
}

export function createdEvent(meeting: SandboxMeeting): EditEvent {
  return { verb: 'created', payload: { ...operatorOf(meeting), object: wholeObject(meeting) } };
}

/** Null: the occurrence does not exist. */
export function edited(
  meeting: SandboxMeeting,
  edit: MeetingEdit,
): { meeting: SandboxMeeting; event: EditEvent } | null {
  const { occurrenceId, ...changes } = edit;
  if (occurrenceId !== undefined) return editedOccurrence(meeting, occurrenceId, changes);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const next = { ...meeting, ...given } as SandboxMeeting;
  const id = { id: new Numeral(meeting.id) };
  const object = { ...id, ...changedFields(given, next) };
  const old = { ...id, ...changedFields(given, meeting) };
  const payload = { ...operatorOf(meeting), scope: 'all', object, old_object: old };
  return { meeting: next, event: { verb: 'updated', payload } };
}

function editedOccurrence(meeting: SandboxMeeting, occurrenceId: string, changes: Omit<MeetingEdit, 'occurrenceId'>) {
  const before = meeting.occurrences.find((one) => one.occurrenceId === occurrenceId);
  if (!before) return null;
  const { startTime = before.startTime, duration = before.duration } = changes;
  const after: Occurrence = { ...before, startTime, duration };
  const occurrences = meeting.occurrences.map((one) => (one === before ? after : one));
  const id = { id: new Numeral(meeting.id), type: meeting.type };
  const object = { ...id, occurrences: [shownOccurrence(after, false)] };
  const old = { ...id, occurrences: [shownOccurrence(before, false)] };
  const payload = { ...operatorOf(meeting), scope: 'single', object, old_object: old };
  return { meeting: { ...meeting, occurrences }, event: { verb: 'updated' as const, payload } };
}

/** Null: the occurrence does not exist. */
export function removed(
  meeting: SandboxMeeting,
  occurrenceId: string | undefined,
): { meeting: SandboxMeeting; event: EditEvent } | null {
  if (occurrenceId === undefined) {
    const payload = { ...operatorOf(meeting), operation: 'all', object: wholeObject(meeting) };
    return { meeting: { ...meeting, state: 'gone' }, event: { verb: 'deleted', payload } };
  }
  const before = meeting.occurrences.find((one) => one.occurrenceId === occurrenceId);
  if (!before) return null;
  const occurrences = meeting.occurrences.map((one) => (one === before ? { ...one, status: 'deleted' as const } : one));
  const object = { ...wholeObject(meeting), occurrences: [shownOccurrence(before, false)] };
  const payload = { ...operatorOf(meeting), operation: 'single', object };
  return { meeting: { ...meeting, occurrences }, event: { verb: 'deleted', payload } };
}

/** An occurrence in Zoom's form; events omit the status. */
export function shownOccurrence({ occurrenceId, startTime, duration, status }: Occurrence, withStatus = true) {
  return { occurrence_id: occurrenceId, start_time: startTime, duration, ...(withStatus && { status }) };
}

function operatorOf({ hostEmail, hostId }: SandboxMeeting) {
  return { operator: hostEmail, operator_id: hostId };
}

function wholeObject(meeting: SandboxMeeting): Record<string, unknown> {
  const { id, uuid, hostId, topic, type, startTime, duration, timezone, occurrences } = meeting;
  return {
    ...{ uuid, id: new Numeral(id), host_id: hostId, topic, type },
    ...(type !== 1 && type !== 3 && type !== 6 && { start_time: startTime }),
    ...{ duration, timezone },
    ...(occurrences.length > 0 && { occurrences: occurrences.map((one) => shownOccurrence(one, false)) }),
  };
}

/** The event contains only the changed fields. */
function changedFields(
  given: Record<string, unknown>,
  { topic, startTime, duration, timezone, type, occurrences }: SandboxMeeting,
) {
  const fields: Record<string, unknown> = {
    ...{ topic, startTime, duration, timezone, type },
    occurrences: occurrences.map((one) => shownOccurrence(one, false)),
  };
  const spelled: Record<string, string> = { startTime: 'start_time' };
  return Object.fromEntries(Object.keys(given).map((name) => [spelled[name] ?? name, fields[name]]));
}
