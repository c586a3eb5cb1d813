import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Broadcast } from '../../src/client/index.ts';
import { problemText } from '../api/api.ts';
import { readBroadcast } from './live.ts';
import { pin, recordOf, recordsVersion } from './records.ts';

/** Returns one broadcast, reads it if it is unknown, and keeps it current while it is drawn. */
export function useBroadcast(id: string): { broadcast: Broadcast | null; problem: string | null } {
  const problem = useSignal<string | null>(null);
  const record = recordOf(id);
  // Only a broadcast that is still missing has to be checked on every change.
  if (!record) void recordsVersion.value;
  useEffect(() => {
    const release = pin(id);
    if (!recordOf(id)) {
      readBroadcast(id).catch((error: unknown) => {
        problem.value = problemText(error);
      });
    }
    return release;
  }, [id]);
  return { broadcast: record?.value ?? null, problem: problem.value };
}
