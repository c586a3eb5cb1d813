/** `--dry-run` rejects what the API would reject: it validates with the API's own code, loaded only then. */
import { ERROR_CODES, LivestreamError } from '../errors.ts';
import type { BroadcastJson } from './api/api-types.ts';
import { CliFailure, exitCodeForStatus } from './exit-codes.ts';

/** @param now ms since the epoch. @throws CliFailure with every error */
export async function checkNew(body: object, now: number): Promise<void> {
  const { parseNewBroadcast } = await import('../validation/parse-broadcast.ts');
  asTheApi(() => parseNewBroadcast(sent(body), { now, sealingAvailable: true }));
}

/** The same for a change of a broadcast. */
export async function checkChange(body: object, current: BroadcastJson, now: number): Promise<void> {
  const { parseChange } = await import('../validation/parse-broadcast.ts');
  const { startAt, stopAt } = current;
  const times = { startAt: Date.parse(startAt), stopAt: stopAt === null ? null : Date.parse(stopAt) };
  asTheApi(() => parseChange(sent(body), { ...current, ...times }, { now, sealingAvailable: true }));
}

/** As JSON carries it: without undefined values. */
function sent(body: object): unknown {
  return JSON.parse(JSON.stringify(body));
}

function asTheApi(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof LivestreamError)) throw error;
    const { code, status, message, errors } = error;
    const title = ERROR_CODES[code].title;
    const shown = errors.map(({ path, message: text }) => ({ path, message: text }));
    throw new CliFailure(exitCodeForStatus(status), { title, status, detail: message, code, errors: shown });
  }
}
