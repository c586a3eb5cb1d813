/** Validates events from a file by the API's rules, before anything is sent. */
import { LivestreamError } from '../errors.ts';
import { durationMs, isTimezone, readLocal, readTime } from '../time/local-time.ts';
import { parseNewBroadcast } from '../validation/parse-broadcast.ts';
import { familyOf, meetingAndStartId } from './identity.ts';
import type { CheckedEvent, CheckedReading, PlannedEvent, Reading } from './planned-event.ts';

type Checking = CheckedReading & { unsure: Set<string> };

/** Skips past events. @param now ms @param source see `familyId` */
export function checkEvents(reading: Reading, now: number, source: string | null = null): CheckedReading {
  const checked: Checking = {
    ...reading,
    events: [],
    issues: [...reading.issues],
    skipped: [...reading.skipped],
    unsure: new Set(reading.unsure),
  };
  const known = new Map<string, number>();
  for (const event of reading.events) {
    const one = checkEvent(event, now, source, checked);
    if (!one) continue;
    const first = known.get(one.externalId);
    if (first === undefined) {
      known.set(one.externalId, event.row);
      checked.events.push(one);
    } else {
      const message = usedBy(`row ${first}`, one.externalId);
      checked.issues.push({ row: event.row, path: 'externalId', message, kind: 'fault', sameAs: first });
    }
  }
  checked.issues.sort((a, b) => a.row - b.row);
  return checked;
}

/** @param place of the event that already has the external id */
export function usedBy(place: string, externalId: string): string {
  return `is already used by ${place}: "${externalId.slice(0, 80)}"`;
}

function checkEvent(event: PlannedEvent, now: number, source: string | null, checked: Checking): CheckedEvent | null {
  const { externalId } = event;
  // A canceled event needs no plan, and calendars often drop its link.
  if (event.canceled && externalId !== null) return { ...event, externalId, isMade: false, begun: false, plan: null };
  const body: Record<string, unknown> = { ...event.body, ...(externalId === null ? {} : { externalId }) };
  const startedAt = pastStart(body, now);
  const begun = startedAt !== null && (stopOf(body, startedAt) ?? 0) > now;
  if (startedAt !== null && !begun) {
    checked.skipped.push({ row: event.row, why: 'its start is in the past', ...summaryOf(event) });
    return null;
  }
  try {
    const plan = parseNewBroadcast(body, { now: begun ? startedAt : now, sealingAvailable: true });
    const id = externalId ?? meetingAndStartId(source, plan.meetingId, plan.startAt);
    const known = { ...event, body: { ...body, externalId: id }, externalId: id, isMade: externalId === null, begun };
    return { ...known, plan: event.canceled ? null : { ...plan, externalId: id } };
  } catch (error) {
    if (!(error instanceof LivestreamError)) throw error;
    if (externalId !== null) checked.unsure.add(familyOf(externalId));
    addIssues(event, error, checked);
    return null;
  }
}

function summaryOf({ externalId, body: { title, startAt } }: PlannedEvent) {
  return {
    ...(externalId !== null && { uid: externalId }),
    ...(typeof title === 'string' && { title }),
    ...(typeof startAt === 'string' && { startAt }),
  };
}

function addIssues({ row, hints }: PlannedEvent, { errors }: LivestreamError, checked: Checking): void {
  for (const { path, message, code } of errors) {
    const kind = code === 'clock_change' ? 'clock_change' : 'fault';
    const hint = hints?.[path] === undefined ? '' : `; ${hints[path]}`;
    checked.issues.push({
      row,
      path,
      message: message + hint,
      kind,
      ...(code === 'timezone_missing' && { zoneMissing: true }),
    });
  }
}

/** The start in ms when it is past; null: it is upcoming, or cannot be read. */
function pastStart({ startAt, timezone }: Record<string, unknown>, now: number): number | null {
  const at = momentOf(startAt, timezone);
  return at !== null && at < now ? at : null;
}

/** When it ends, ms; null: it does not say, or it is unreadable. */
function stopOf({ stopAt, duration, timezone }: Record<string, unknown>, startedAt: number): number | null {
  const length = typeof duration === 'string' ? durationMs(duration) : null;
  return length === null ? momentOf(stopAt, timezone) : startedAt + length;
}

function momentOf(time: unknown, timezone: unknown): number | null {
  const written = readTime(String(time));
  if (written.kind === 'instant') return written.at;
  if (written.kind !== 'local' || typeof timezone !== 'string' || !isTimezone(timezone)) return null;
  const reading = readLocal(written.wall, timezone);
  return reading.kind === 'one' ? reading.at : reading.readings[1];
}
