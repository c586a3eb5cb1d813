import { useSignal } from '@preact/signals';
import type { Broadcast } from '../../src/client/index.ts';
import { problemText } from '../api/api.ts';
import { longTime, nameOf, relativeText } from '../format.ts';
import { serverNow } from '../live/clock.ts';
import { zone } from '../live/live.ts';
import { actions } from '../texts/actions.ts';
import { common } from '../texts/common.ts';
import { changeBroadcast } from './change-broadcast.ts';
import { Dialog } from './dialog.tsx';
import { say } from './toasts.tsx';

/** Asks for new times in the reader's own zone. The stop keeps its distance from the start until the user edits it. */
export function MoveDialog({ broadcast, onClose }: { broadcast: Broadcast; onClose(): void }) {
  const texts = actions.value;
  // Take the version from when the dialog opened: a change by someone else must not be overwritten.
  const seen = useSignal(broadcast).value;
  const start = useSignal(fieldOf(seen.startAt));
  const stop = useSignal(seen.stopAt === null ? '' : fieldOf(seen.stopAt));
  const problem = useSignal('');
  const setStart = (value: string) => {
    const by = Date.parse(value) - Date.parse(start.value);
    if (stop.value !== '' && Number.isFinite(by)) stop.value = fieldOf(Date.parse(stop.value) + by);
    start.value = value;
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const [startAt, stopAt] = [start.value, stop.value].map((text) =>
      text === '' ? null : new Date(text).toISOString(),
    );
    try {
      const changed = await changeBroadcast(seen, { startAt: startAt ?? seen.startAt, stopAt });
      say(`${nameOf(changed)}: ${longTime(changed.startAt)}`);
      onClose();
    } catch (error) {
      problem.value = problemText(error);
    }
  };
  return (
    <Dialog title={`${texts.move}: ${nameOf(seen)}`} onClose={onClose}>
      <form onSubmit={(event) => void send(event)} class="stacked">
        <label>
          {texts.moveStart}
          <input
            type="datetime-local"
            step={1}
            required
            value={start.value}
            onInput={({ currentTarget }) => setStart(currentTarget.value)}
          />
        </label>
        <label>
          {texts.moveStop}
          <input
            type="datetime-local"
            step={1}
            value={stop.value}
            onInput={({ currentTarget }) => (stop.value = currentTarget.value)}
          />
        </label>
        <p class="quiet">
          {common.value.times(zone())}
          {start.value !== '' &&
            ` · ${longTime(Date.parse(start.value))}, ${relativeText(Date.parse(start.value), serverNow())}`}
        </p>
        <p class="bad" role="alert">
          {problem.value}
        </p>
        <div class="buttons">
          <button type="submit" class="act act-main">
            {texts.moveSend}
          </button>
          <button type="button" class="act" onClick={onClose}>
            {common.value.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The format of `datetime-local`: local time without a zone. */
function fieldOf(at: string | number): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
