import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Role } from '../../src/config/roles.ts';
import { problemText } from '../api/api.ts';
import { may } from '../api/session-state.ts';
import { isWall } from '../router.ts';
import { common } from '../texts/common.ts';
import { Dialog } from './dialog.tsx';
import { say } from './toasts.tsx';

interface ActButtonProps {
  /** The label. */
  label: string;
  /** What the button does, in one sentence. Screen readers read it with the label; the confirmation shows it. */
  does: string;
  /** The required role. The button is hidden from everyone else. */
  needs: Role;
  /** Sends the request and returns the message to show once the answer arrives. The page shows nothing as done before that. */
  act(): Promise<string | undefined>;
  /** Asks for confirmation first, for what cannot be undone. */
  asksFirst?: boolean;
  /** The action is already in progress, whoever started it: the button says so and does nothing. */
  asked?: boolean;
  /** False: show the button only while its own request is in progress. Default: true. */
  offered?: boolean;
  /** Why the button is disabled; omitted: it is enabled. */
  notNow?: string | undefined;
  tone?: 'plain' | 'main' | 'danger';
  /** What the confirmation shows besides `does`. */
  children?: ComponentChildren;
}

/**
 * A button that acts: it says what it will do, asks for confirmation where that cannot be undone, and shows the progress and then the
 * answer.
 */
export function ActButton(props: ActButtonProps) {
  const asking = useSignal(false);
  const underway = useSignal(false);
  const { label, does, needs, act, asksFirst = false, notNow, tone = 'plain', children } = props;
  const { asked = false, offered = true } = props;
  // Close the confirmation when the button goes: it must not reappear with the button, since it was about the earlier state.
  useEffect(() => {
    if (!offered) asking.value = false;
  }, [offered]);
  if (isWall || !may(needs) || !(offered || underway.value)) return null;
  const isAsked = asked || underway.value;
  const run = async () => {
    if (underway.value) return;
    asking.value = false;
    underway.value = true;
    try {
      const answer = await act();
      say(answer ?? `${label}: ${common.value.done}`);
    } catch (error) {
      say(common.value.failed(label, problemText(error)), 'failed');
    } finally {
      underway.value = false;
    }
  };
  const press = () => {
    if (isAsked || notNow !== undefined) return;
    if (asksFirst) asking.value = true;
    else void run();
  };
  return (
    <>
      <button
        type="button"
        class={`act act-${tone}`}
        title={notNow ?? does}
        aria-disabled={isAsked || notNow !== undefined}
        onClick={press}
      >
        {isAsked ? common.value.asked : label}
      </button>
      {asking.value && (
        <Dialog title={label} onClose={() => (asking.value = false)}>
          <p>{does}</p>
          {children}
          <div class="buttons">
            <button type="button" class={`act act-${tone}`} onClick={() => void run()}>
              {label}
            </button>
            <button type="button" class="act" onClick={() => (asking.value = false)}>
              {common.value.cancel}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
