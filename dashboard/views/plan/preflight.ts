import { slowApi } from '../../api/api.ts';
import { findingWords } from '../../api-words.ts';
import { say } from '../../components/toasts.tsx';
import { nameOf } from '../../format.ts';
import { readBroadcast } from '../../live/live.ts';
import { actions } from '../../texts/actions.ts';

/** Runs the preflight soon after a broadcast is saved, and shows what is wrong. */
export async function preflight(id: string): Promise<void> {
  try {
    await slowApi.preflightBroadcast({ path: { id } });
    const { warnings, ...one } = await readBroadcast(id);
    if (warnings.length === 0) return;
    const found = warnings.map((warning) => findingWords(warning).message).join(' ');
    say(actions.peek().preflightBad(nameOf(one), found), 'failed');
  } catch {
    // If this fails, the scheduler runs its own preflight before the start.
  }
}
