import { useSignal } from '@preact/signals';
import { problemText } from '../../api/api.ts';
import { changeBroadcast } from '../../components/change-broadcast.ts';
import { Dialog } from '../../components/dialog.tsx';
import { say } from '../../components/toasts.tsx';
import { longTime, nameOf, timeNear } from '../../format.ts';
import { calendar } from '../../texts/calendar.ts';
import { common } from '../../texts/common.ts';
import { type Times, timesOf } from './grid.ts';
import { type Proposal, proposal } from './state.ts';

/** Confirms a move before sending it: a slip of the hand must not move a service. The page shows nothing as moved before the answer. */
export function AskDialog({ tried }: { tried: Proposal }) {
  const texts = calendar.value;
  const { seen, times } = tried;
  const problem = useSignal('');
  const isSending = useSignal(false);
  const close = () => (proposal.value = null);
  const old = timesOf(seen);
  const send = async () => {
    if (isSending.value) return;
    isSending.value = true;
    try {
      const startAt = times.startAt === old.startAt ? {} : { startAt: new Date(times.startAt).toISOString() };
      const stopAt = times.stopAt === null ? {} : { stopAt: new Date(times.stopAt).toISOString() };
      const changed = await changeBroadcast(seen, { ...startAt, ...stopAt });
      say(texts.moved(nameOf(changed), longTime(changed.startAt)));
      close();
    } catch (error) {
      problem.value = problemText(error);
      isSending.value = false;
    }
  };
  return (
    <Dialog title={texts.ask(nameOf(seen))} onClose={close}>
      <dl class="cal-ask">
        <dt>{texts.before}</dt>
        <dd>{spanText(old)}</dd>
        <dt>{texts.after}</dt>
        <dd>
          <strong>{spanText(times)}</strong>
        </dd>
      </dl>
      {seen.seriesId !== null && <p>{texts.onlyThis}</p>}
      {seen.status === 'live' && <p>{texts.onAir}</p>}
      <p class="bad" role="alert">
        {problem.value}
      </p>
      <div class="buttons">
        <button type="button" class="act act-main" onClick={() => void send()}>
          {isSending.value ? common.value.asked : texts.send}
        </button>
        <button type="button" class="act" onClick={close}>
          {common.value.cancel}
        </button>
      </div>
    </Dialog>
  );
}

function spanText({ startAt, stopAt }: Times): string {
  if (stopAt === null) return `${longTime(startAt)}, ${common.value.noStop}`;
  return calendar.value.times(longTime(startAt), timeNear(stopAt, startAt));
}
