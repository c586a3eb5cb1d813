import { createHash } from 'node:crypto';
import { LivestreamError } from '../errors.ts';
import { readLocal, readTime } from '../time/local-time.ts';
import { parseNewBroadcast } from '../validation/parse-broadcast.ts';
import type { CheckedRow, ImportRow, ImportSource, PassedOver, RowIssue } from './import-row.ts';

export interface CheckedSource {
  rows: CheckedRow[];
  issues: RowIssue[];
  skipped: PassedOver[];
}

/** Checks every row as the API will, before any is sent. Rows that are past are skipped. @param now ms */
export function checkRows(source: ImportSource, now: number): CheckedSource {
  const checked: CheckedSource = { rows: [], issues: [...source.issues], skipped: [...source.skipped] };
  const known = new Map<string, number>();
  for (const row of source.rows) {
    const one = checkRow(row, now, checked);
    if (!one) continue;
    const first = known.get(one.externalId);
    if (first === undefined) {
      known.set(one.externalId, row.row);
      checked.rows.push(one);
    } else {
      const message = `is that of row ${first}, too: "${one.externalId.slice(0, 80)}"`;
      checked.issues.push({ row: row.row, path: 'externalId', message, kind: 'fault' });
    }
  }
  checked.issues.sort((a, b) => a.row - b.row);
  return checked;
}

function checkRow(row: ImportRow, now: number, checked: CheckedSource): CheckedRow | null {
  const body = { ...row.body, ...(row.externalId === null ? {} : { externalId: row.externalId }) };
  if (isPast(body, now)) {
    checked.skipped.push({ row: row.row, why: 'its start is past' });
    return null;
  }
  try {
    const plan = parseNewBroadcast(body, { now, sealingAvailable: true });
    const externalId = row.externalId ?? madeId(plan.meetingId, plan.startAt);
    return {
      ...row,
      body: { ...body, externalId },
      externalId,
      isMade: row.externalId === null,
      plan: { ...plan, externalId },
    };
  } catch (error) {
    if (!(error instanceof LivestreamError)) throw error;
    const stopPast = error.errors.every(({ path, code }) => path !== 'startAt' && code === 'in_past');
    if (row.canceled && stopPast) return null;
    for (const { path, message, code } of error.errors) {
      const kind = code === 'clock_change' ? 'clock_change' : 'fault';
      checked.issues.push({
        row: row.row,
        path,
        message,
        kind,
        ...(code === 'timezone_missing' && { zoneMissing: true }),
      });
    }
    return null;
  }
}

function isPast({ startAt, timezone }: Record<string, unknown>, now: number): boolean {
  const written = readTime(String(startAt));
  if (written.kind === 'instant') return written.at < now;
  if (written.kind !== 'local' || typeof timezone !== 'string') return false;
  try {
    const reading = readLocal(written.wall, timezone);
    return (reading.kind === 'one' ? reading.at : reading.readings[1]) < now;
  } catch {
    return false;
  }
}

/** Of a row that names none: the same meeting at the same moment is the same broadcast. */
function madeId(meetingId: string, startAt: number): string {
  return `import-${createHash('sha256').update(`${meetingId} ${startAt}`).digest('hex').slice(0, 24)}`;
}
