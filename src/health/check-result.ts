/** The result of a check of Redis, Zoom or the settings, for `doctor` and for the start of a process. */
export type Severity = 'ok' | 'warning' | 'fault';

export interface CheckOutcome {
  severity: Severity;
  /** What was found. */
  message: string;
  /** What to do about it; null when all is well. */
  fix: string | null;
}

export function ok(message: string): CheckOutcome {
  return { severity: 'ok', message, fix: null };
}

export function warning(message: string, fix: string): CheckOutcome {
  return { severity: 'warning', message, fix };
}

export function failed(message: string, fix: string): CheckOutcome {
  return { severity: 'fault', message, fix };
}

const ORDER: Severity[] = ['ok', 'warning', 'fault'];

/** The worst of several; the first of equal ones. */
export function worst(findings: [CheckOutcome, ...CheckOutcome[]]): CheckOutcome {
  return findings.reduce((worst, one) => (ORDER.indexOf(one.severity) > ORDER.indexOf(worst.severity) ? one : worst));
}
