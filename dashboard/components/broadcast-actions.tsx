/** The buttons of one broadcast. None shows a state that the API has not shown: "asked", then what came of it. */

import { useSignal } from '@preact/signals';
import type { Broadcast } from '../../src/client/index.ts';
import { api, slowApi } from '../api/api.ts';
import { may } from '../api/session-state.ts';
import { lengthText, nameOf, timeNear } from '../format.ts';
import { serverNow } from '../live/clock.ts';
import { readBroadcast } from '../live/live.ts';
import { isFinal } from '../live/reading.ts';
import { put, recordOf } from '../live/records.ts';
import { hrefTo, isWall } from '../router.ts';
import { actions } from '../texts/actions.ts';
import { common } from '../texts/common.ts';
import { ActButton } from './act-button.tsx';
import { changeBroadcast } from './change-broadcast.ts';
import { MoveDialog } from './move-dialog.tsx';

const EXTEND_MS = 15 * 60_000;
/** How long a button waits for what Zoom says, ms; after that it says how far it is. */
const ANSWER_MS = 20_000;
const LOOK_EVERY_MS = 200;

interface ActionsProps {
  broadcast: Broadcast;
  /** Only what is pressed in a hurry: for a line of a list. */
  short?: boolean;
}

export function Actions({ broadcast: one, short = false }: ActionsProps) {
  if (isWall || !may('operate')) return null;
  const { status } = one;
  return (
    <span class="actions">
      {(status === 'scheduled' || status === 'waiting') && !short && <Start one={one} />}
      {(status === 'missed' || status === 'failed') && <Retry one={one} />}
      {one.stopAt !== null && !isFinal(one) && status !== 'stopping' && (status === 'live' || !short) && (
        <Extend one={one} stopAt={one.stopAt} />
      )}
      {status === 'live' && <Stop one={one} />}
      {!short && <More one={one} />}
    </span>
  );
}

/** Zoom's answer comes as a change of the record; until then it is only asked. */
async function answerOf(one: Broadcast, asked: Promise<Broadcast>, settled: Broadcast['status'][]): Promise<string> {
  put([await asked]);
  const until = serverNow() + ANSWER_MS;
  for (;;) {
    const shown = recordOf(one.id)?.peek() ?? (await readBroadcast(one.id));
    const word = common.value.status[shown.status];
    if (settled.includes(shown.status))
      return actions.value.answered(nameOf(shown), shown.reason === null ? word : `${word}: ${shown.reason}`);
    if (serverNow() > until) return actions.value.stillWaiting(nameOf(shown), word);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function Start({ one }: { one: Broadcast }) {
  const texts = actions.value;
  const act = () =>
    answerOf(one, api.startBroadcast({ path: { id: one.id } }), ['live', 'waiting', 'failed', 'missed', 'ended']);
  // The stop stays where it is: started a day early, it would be on air for a day.
  const stop =
    one.stopAt === null
      ? texts.startOpen
      : texts.startUntil(timeNear(one.stopAt, serverNow()), lengthText(Date.parse(one.stopAt) - serverNow()));
  const does = texts.startDoes(nameOf(one), stop);
  return <ActButton label={texts.start} does={does} needs="operate" act={act} asksFirst />;
}

function Stop({ one }: { one: Broadcast }) {
  const texts = actions.value;
  const act = () => answerOf(one, api.stopBroadcast({ path: { id: one.id } }), ['ended', 'failed', 'canceled']);
  const does = texts.stopDoes(nameOf(one));
  return <ActButton label={texts.stop} does={does} needs="operate" act={act} asksFirst tone="danger" />;
}

function Retry({ one }: { one: Broadcast }) {
  const texts = actions.value;
  const act = () =>
    answerOf(one, api.retryBroadcast({ path: { id: one.id } }), ['live', 'waiting', 'failed', 'missed', 'ended']);
  const isOver = one.stopAt !== null && Date.parse(one.stopAt) <= serverNow();
  return (
    <ActButton
      label={texts.retry}
      does={texts.retryDoes(nameOf(one))}
      needs="operate"
      act={act}
      tone="main"
      notNow={isOver ? texts.over : undefined}
    />
  );
}

function Extend({ one, stopAt }: { one: Broadcast; stopAt: string }) {
  const texts = actions.value;
  const next = new Date(Date.parse(stopAt) + EXTEND_MS).toISOString();
  const does = texts.extendDoes(nameOf(one), timeNear(next, serverNow()));
  const act = async () => {
    await changeBroadcast(one, { stopAt: next });
    return does;
  };
  return <ActButton label={texts.extend} does={does} needs="operate" act={act} />;
}

function More({ one }: { one: Broadcast }) {
  const texts = actions.value;
  const moving = useSignal(false);
  const name = nameOf(one);
  if (isFinal(one)) return null;
  const isOn = one.status === 'live' || one.status === 'stopping';
  const preflight = async () => {
    const checked = await slowApi.preflightBroadcast({ path: { id: one.id } });
    const { warnings } = await readBroadcast(checked.id);
    if (warnings.length === 0) return texts.preflightGood(name);
    throw new Error(texts.preflightBad(name, warnings.map(({ message }) => message).join(' ')));
  };
  const cancel = async () => {
    const canceled = await slowApi.cancelBroadcast({ path: { id: one.id } });
    put([canceled]);
    return texts.answered(name, common.value.status[canceled.status]);
  };
  return (
    <>
      {!isOn && <ActButton label={texts.preflight} does={texts.preflightDoes} needs="write" act={preflight} />}
      {may('write') && (
        <>
          {!isOn && (
            <button type="button" class="act" title={texts.moveDoes} onClick={() => (moving.value = true)}>
              {texts.move}
            </button>
          )}
          <a class="act" href={hrefTo('/new', { edit: one.id })}>
            {texts.edit}
          </a>
        </>
      )}
      <ActButton
        label={texts.cancel}
        does={isOn ? texts.cancelLiveDoes(name) : texts.cancelDoes(name)}
        needs="write"
        act={cancel}
        asksFirst
        tone="danger"
      />
      {moving.value && <MoveDialog broadcast={one} onClose={() => (moving.value = false)} />}
    </>
  );
}
