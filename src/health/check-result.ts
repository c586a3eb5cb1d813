/** What a check of the surroundings found: for `doctor` and for the start of a process. */
export type Grade = 'ok' | 'warning' | 'fault';

export interface Finding {
  grade: Grade;
  /** What was found. */
  message: string;
  /** What to do about it; null when all is well. */
  mend: string | null;
}

export function ok(message: string): Finding {
  return { grade: 'ok', message, mend: null };
}

export function warning(message: string, mend: string): Finding {
  return { grade: 'warning', message, mend };
}

export function fault(message: string, mend: string): Finding {
  return { grade: 'fault', message, mend };
}

const ORDER: Grade[] = ['ok', 'warning', 'fault'];

/** The gravest of several; the first of equal ones. */
export function gravest(findings: [Finding, ...Finding[]]): Finding {
  return findings.reduce((worst, one) => (ORDER.indexOf(one.grade) > ORDER.indexOf(worst.grade) ? one : worst));
}
