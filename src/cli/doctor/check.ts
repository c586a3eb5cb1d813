import { type CheckOutcome, failed } from '../../health/check-result.ts';

export interface Check {
  name: string;
  /** Skip this check if the one with this name failed. */
  needs?: string;
  /** Must not reject because of what it checks: that is a result. */
  run(): Promise<CheckOutcome>;
}

export interface CheckResult extends CheckOutcome {
  name: string;
}

/** Runs them one after another; `onResult` receives each result. */
export async function runChecks(checks: Check[], onResult: (result: CheckResult) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const stopped = new Set<string>();
  for (const check of checks) {
    if (check.needs !== undefined && stopped.has(check.needs)) {
      stopped.add(check.name);
      continue;
    }
    const result = { name: check.name, ...(await check.run().catch(unexpected)) };
    if (result.severity === 'fault') stopped.add(check.name);
    results.push(result);
    onResult(result);
  }
  return results;
}

function unexpected(error: unknown): CheckOutcome {
  const reason = error instanceof Error ? error.message : String(error);
  return failed(`the check itself failed: ${reason}`, 'run it again; if it keeps failing, report it with this message');
}
