export type Grade = 'ok' | 'warning' | 'fault';

export interface Finding {
  grade: Grade;
  /** What was found. */
  message: string;
  /** What to do about it; null when all is well. */
  mend: string | null;
}

export interface Check {
  name: string;
  /** Left out when the check of this name found a fault. */
  needs?: string;
  /** Must not reject for what it looks at: that is a finding. */
  run(): Promise<Finding>;
}

export interface CheckResult extends Finding {
  name: string;
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

/** One after another, in order; `onResult` sees each as it comes. */
export async function runChecks(checks: Check[], onResult: (result: CheckResult) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const stopped = new Set<string>();
  for (const check of checks) {
    if (check.needs !== undefined && stopped.has(check.needs)) {
      stopped.add(check.name);
      continue;
    }
    const result = { name: check.name, ...(await check.run().catch(unexpected)) };
    if (result.grade === 'fault') stopped.add(check.name);
    results.push(result);
    onResult(result);
  }
  return results;
}

function unexpected(error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  return fault(`the check itself failed: ${reason}`, 'run it again; if it stays, report it with this text');
}
