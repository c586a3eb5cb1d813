import { say } from '../../components/toasts.tsx';
import { calendar } from '../../texts/calendar.ts';
import { drop } from './state.ts';
import { conflictText } from './words.ts';

/** Drops the broadcast. If the API would reject the move, it says so and leaves the broadcast where it was. */
export function letGo(): void {
  const tried = drop();
  if (tried?.conflict) say(calendar.peek().refused(conflictText(tried.conflict)), 'failed');
}
