/** Values that arrive as text, in a query or in a filter: each says what it is, what it must be, and how it is read. */

import { meetingDigits } from '../meeting-number.ts';
import { readTime } from '../time/local-time.ts';
import { isPlain, LABEL_NAME } from './broadcast-schema.ts';

export interface TextField {
  description: string;
  /** JSON Schema; its `default` is the value when the parameter is left out. */
  schema: Record<string, unknown>;
  /** What it must be, for the message. */
  expected: string;
  /** The value, or undefined when it is invalid. */
  read(value: string): unknown;
  /** A list: values separated by commas, or given several times. */
  many?: true;
}

export const text = (description: string, max: number): TextField => ({
  description,
  schema: { type: 'string', minLength: 1, maxLength: max },
  expected: `1 to ${max} characters without control characters`,
  read: (value) => (value.length >= 1 && value.length <= max && isPlain(value) ? value : undefined),
});

export const choice = (description: string, values: readonly string[], byDefault?: string): TextField => ({
  description,
  schema: { type: 'string', enum: values, ...(byDefault !== undefined && { default: byDefault }) },
  expected: `one of ${values.join(', ')}`,
  read: (value) => values.find((one) => one === value),
});

export const time = (description: string): TextField => ({
  description,
  schema: { type: 'string', format: 'date-time' },
  expected: 'an ISO 8601 time with an offset such as 2026-12-06T14:00:00Z',
  read: (value) => {
    // A + that was not percent-encoded arrives as a space.
    const written = readTime(value.replace(/ (?=\d{2}:?\d{2}$)/, '+'));
    return written.kind === 'instant' ? written.at : undefined;
  },
});

/** Filters that several lists share. */
export const MEETING_ID: TextField = {
  description: 'Zoom meeting or webinar number',
  schema: { type: 'string' },
  expected: '1 to 19 digits (spaces and dashes are removed)',
  read: (value) => meetingDigits(value) ?? undefined,
};
export const ACCOUNT = text('Name of the Zoom account', 100);
export const EXTERNAL_ID = text('Your own id', 200);
const anyLabel = text('', 264);
export const LABEL: TextField = {
  description: '`name=value`, or `name` alone for any value',
  schema: { type: 'string' },
  expected: 'a label name of 1 to 63 letters, digits and . _ - /, alone or followed by =value',
  read: (value) => (LABEL_NAME.test(value.split('=', 1)[0] ?? '') ? anyLabel.read(value) : undefined),
};
