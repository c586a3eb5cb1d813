import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Broadcast } from '../../src/client/index.ts';
import { problemText } from '../api/api.ts';
import { readBroadcast } from './live.ts';
import { pin, recordOf, recordsVersion } from './records.ts';

/** One broadcast, read if it is not known, and kept up to date while it is drawn. */
export function useBroadcast(id: string): { broadcast: Broadcast | null; problem: string | null } {
  const problem = useSignal<string | null>(null);
  const record = recordOf(id);
  // Only one that is not there yet has to look whenever something comes.
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
