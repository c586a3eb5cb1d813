import { meetingDigits } from '../src/meeting-number.ts';

/** The meetings and webinars that a person, or the sandbox, has prepared. */
export interface Subjects {
  meeting: string | null;
  waitingMeeting: string | null;
  endedMeeting: string | null;
  webinar: string | null;
  waitingWebinar: string | null;
}

export const SUBJECT_VARIABLES: Record<keyof Subjects, string> = {
  meeting: 'CONFORMANCE_MEETING_ID',
  waitingMeeting: 'CONFORMANCE_WAITING_MEETING_ID',
  endedMeeting: 'CONFORMANCE_ENDED_MEETING_ID',
  webinar: 'CONFORMANCE_WEBINAR_ID',
  waitingWebinar: 'CONFORMANCE_WAITING_WEBINAR_ID',
};

/** Accepts spaces and dashes in a number. Throws an `Error` that names the variable. */
export function readSubjects(env: NodeJS.ProcessEnv): Subjects {
  const read = (name: string) => {
    const text = env[name] ?? '';
    if (text.trim() === '') return null;
    const digits = meetingDigits(text);
    if (digits === null) throw new Error(`${name}: expected a meeting number`);
    return digits;
  };
  const entries = Object.entries(SUBJECT_VARIABLES).map(([subject, name]) => [subject, read(name)]);
  return Object.fromEntries(entries) as Subjects;
}
