import { useSignal } from '@preact/signals';
import { alertWords } from '../../api-words.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Actions } from '../../components/broadcast-actions.tsx';
import { Shape, type Status } from '../../components/status-mark.tsx';
import { Relative } from '../../components/times.tsx';
import { nameOf, numberText } from '../../format.ts';
import { type AlertGroup, nameIn, withoutName } from '../../live/alert-groups.ts';
import { type Alert, acknowledge } from '../../live/alerts.ts';
import { useBroadcast } from '../../live/use-broadcast.ts';
import { hrefToBroadcast, isWall } from '../../router.ts';
import { attention } from '../../texts/attention.ts';

/** Names shown at first; a click shows the rest. */
const NAMES = 8;

/** Shape and colour for what the alert led to, or may lead to. */
const LOOKS: Record<Alert['code'], Status> = {
  no_worker: 'failed',
  clock: 'failed',
  late_stop: 'failed',
  failed: 'failed',
  missed: 'missed',
  late_start: 'waiting',
  unconfirmed: 'waiting',
  daily_limit: 'waiting',
  preflight: 'waiting',
  source: 'waiting',
  versions: 'waiting',
};

/** One cause: all its broadcasts, what to do, and the buttons for it. */
export function AlertCard({ group }: { group: AlertGroup }) {
  const texts = attention.value;
  const all = useSignal(false);
  const { codes, alerts, lines } = group;
  const [first] = alerts;
  if (!first) return null;
  const shown = all.value ? lines : lines.slice(0, NAMES);
  const look = LOOKS[first.code];
  const { message, advice } = alertWords(first);
  return (
    <li class={`card card-${look === 'waiting' ? 'warn' : 'bad'}`} data-line tabIndex={-1}>
      <h3 class={`status status-${look}`}>
        <Shape status={look} />
        {codes.map((code) => texts.code[code]).join(', ')}
        {lines.length > 1 && ` · ${texts.several(numberText(lines.length))}`}
      </h3>
      <p class="card-message">{lines.length > 1 ? withoutName(message) : message}</p>
      <p class="quiet">{advice}</p>
      <ul class="names">
        {shown.map((alert) => (
          <li key={alert.id}>
            <AlertLine alert={alert} acts />
          </li>
        ))}
      </ul>
      {lines.length > shown.length && !isWall && (
        <button type="button" class="more" onClick={() => (all.value = true)}>
          {texts.allNames(numberText(lines.length))}
        </button>
      )}
      <Acknowledge alerts={alerts} />
    </li>
  );
}

/** One broadcast of an alert: its name, since when, its buttons. */
export function AlertLine({ alert, acts = false }: { alert: Alert; acts?: boolean }) {
  const { broadcastId, message, raisedAt } = alert;
  return (
    <>
      {broadcastId === null ? (
        <span>{alertWords(alert).message}</span>
      ) : (
        <AboutBroadcast id={broadcastId} message={message} acts={acts} />
      )}{' '}
      <span class="quiet">
        <Relative at={raisedAt} />
      </span>{' '}
    </>
  );
}

function AboutBroadcast({ id, message, acts }: { id: string; message: string; acts: boolean }) {
  const { broadcast } = useBroadcast(id);
  return (
    <>
      <a href={hrefToBroadcast(id)}>{broadcast ? nameOf(broadcast) : nameIn(message)}</a>{' '}
      {acts && broadcast && <Actions broadcast={broadcast} short />}
    </>
  );
}

function Acknowledge({ alerts }: { alerts: readonly Alert[] }) {
  const texts = attention.value;
  const note = useSignal('');
  const act = async () => {
    await acknowledge(
      alerts.map(({ id }) => id),
      note.value.trim(),
    );
    return undefined;
  };
  return (
    <ActButton
      label={texts.acknowledge}
      does={texts.acknowledgeDoes(alerts.length)}
      needs="operate"
      act={act}
      asksFirst
    >
      <label class="stacked">
        {texts.note}
        <textarea
          rows={3}
          maxLength={1_000}
          value={note.value}
          onInput={({ currentTarget }) => {
            note.value = currentTarget.value;
          }}
        />
      </label>
    </ActButton>
  );
}
