/**
 * The buttons of one broadcast. A button never shows a state that the API has not reported: it shows that the request was sent, then the
 * result.
 */

import { useSignal } from '@preact/signals';
import type { Broadcast } from '../../src/client/index.ts';
import { api, slowApi } from '../api/api.ts';
import { may } from '../api/session-state.ts';
import { apiWords, findingWords } from '../api-words.ts';
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
/** How long a button waits for Zoom's answer before it reports the progress so far, ms. */
const ANSWER_MS = 20_000;
const POLL_MS = 200;

interface ActionsProps {
  broadcast: Broadcast;
  /** Show only the urgent actions, for a row in a list. */
  short?: boolean;
}

export function Actions({ broadcast: one, short = false }: ActionsProps) {
  if (isWall || !may('operate')) return null;
  const { status } = one;
  return (
    <span class="actions">
      <PutOnAir one={one} short={short} />
      {one.stopAt !== null && !isFinal(one) && status !== 'stopping' && (status === 'live' || !short) && (
        <Extend one={one} stopAt={one.stopAt} />
      )}
      <Stop one={one} short={short} />
      {!short && <More one={one} />}
    </span>
  );
}

/** Zoom's answer arrives as a change of the record. Until then the action is only requested. */
async function answerOf(one: Broadcast, sent: Promise<Broadcast>, settled: Broadcast['status'][]): Promise<string> {
  const accepted = await sent;
  put([accepted]);
  const until = serverNow() + ANSWER_MS;
  for (;;) {
    const shown = recordOf(one.id)?.peek() ?? (await readBroadcast(one.id));
    const word = common.value.status[shown.status];
    // A waiting broadcast was already waiting when the request was sent, so only a later change counts as an answer.
    const isAnswer = shown.status !== 'waiting' || shown.updatedAt !== accepted.updatedAt;
    if (settled.includes(shown.status) && isAnswer)
      return actions.value.answered(nameOf(shown), shown.reason === null ? word : `${word}: ${apiWords(shown.reason)}`);
    if (serverNow() > until) return actions.value.stillWaiting(nameOf(shown), word);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const LOST: Broadcast['status'][] = ['missed', 'failed'];
const UNSTARTED: Broadcast['status'][] = ['scheduled', 'waiting', 'starting'];
/**
 * These states answer a start, so its button disappears at once, even while it still waits to report. `stopping` is included because a
 * broadcast that is stopped right away may never be seen `live`.
 */
const ANSWERED: Broadcast['status'][] = ['live', 'stopping', 'ended', 'canceled'];
const STARTED: Broadcast['status'][] = ['waiting', ...ANSWERED, ...LOST];

/** Start and retry share one button, so that it keeps showing "asked" through every state between the press and the answer. */
function PutOnAir({ one, short }: { one: Broadcast; short: boolean }) {
  if (ANSWERED.includes(one.status)) return null;
  const texts = actions.value;
  const isLost = LOST.includes(one.status);
  const path = { id: one.id };
  const act = () => answerOf(one, isLost ? api.retryBroadcast({ path }) : api.startBroadcast({ path }), STARTED);
  const isOver = one.stopAt !== null && Date.parse(one.stopAt) <= serverNow();
  return (
    <ActButton
      label={isLost ? texts.retry : texts.start}
      does={isLost ? texts.retryDoes(nameOf(one)) : startDoes(one)}
      needs="operate"
      act={act}
      asksFirst={!isLost}
      tone={isLost ? 'main' : 'plain'}
      notNow={isLost && isOver ? texts.over : undefined}
      asked={one.status === 'starting'}
      offered={isLost || (!short && UNSTARTED.includes(one.status))}
    />
  );
}

/** Keep the planned stop. Without it, a broadcast started a day early would be on air for a day. */
function startDoes(one: Broadcast): string {
  const texts = actions.value;
  const { stopAt } = one;
  const stop =
    stopAt === null
      ? texts.startOpen
      : texts.startUntil(timeNear(stopAt, serverNow()), lengthText(Date.parse(stopAt) - serverNow()));
  return texts.startDoes(nameOf(one), stop);
}

function Stop({ one, short }: { one: Broadcast; short: boolean }) {
  if (isFinal(one)) return null;
  const texts = actions.value;
  const act = () => answerOf(one, api.stopBroadcast({ path: { id: one.id } }), ['ended', 'failed', 'canceled']);
  const isStopping = one.status === 'stopping';
  return (
    <ActButton
      label={texts.stop}
      does={texts.stopDoes(nameOf(one))}
      needs="operate"
      act={act}
      asksFirst
      tone="danger"
      asked={isStopping}
      offered={one.status === 'live' || (isStopping && !short)}
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
    throw new Error(texts.preflightBad(name, warnings.map((one) => findingWords(one).message).join(' ')));
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
