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
  /** What it says. */
  label: string;
  /** What it will do, in one sentence; read aloud with it, and shown in the question. */
  does: string;
  /** The role that it needs: others do not see it. */
  needs: Role;
  /** Sends the request. What it returns is said when the answer is there; nothing is shown as done before that. */
  act(): Promise<string | undefined>;
  /** Where it cannot be undone: asks first. */
  asksFirst?: boolean;
  /** What it asks for is under way already, whoever asked: it says so, and does nothing. */
  asked?: boolean;
  /** False: it is only there while its own request is under way. Default: true. */
  offered?: boolean;
  /** Why it cannot be used now; left out: it can. */
  notNow?: string | undefined;
  tone?: 'plain' | 'main' | 'danger';
  /** What the question shows besides `does`. */
  children?: ComponentChildren;
}

/** A button that acts: says what it will do, asks where it cannot be undone, shows "asked" and then the answer. */
export function ActButton(props: ActButtonProps) {
  const asking = useSignal(false);
  const underway = useSignal(false);
  const { label, does, needs, act, asksFirst = false, notNow, tone = 'plain', children } = props;
  const { asked = false, offered = true } = props;
  // A question is about what was shown: it does not come back when the button does.
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
