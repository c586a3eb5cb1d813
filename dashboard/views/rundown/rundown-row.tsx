import { memo } from 'preact/compat';
import type { Broadcast } from '../../../src/client/index.ts';
import { whyWords } from '../../api-words.ts';
import { Actions } from '../../components/broadcast-actions.tsx';
import { StatusMark } from '../../components/status-mark.tsx';
import { Countdown, Time } from '../../components/times.tsx';
import { lengthText, nameOf } from '../../format.ts';
import { now } from '../../live/clock.ts';
import { labelsOf } from '../../live/filters.ts';
import { nextChangeOf, overBy } from '../../live/reading.ts';
import { recordOf } from '../../live/records.ts';
import { selection, toggle } from '../../live/selection.ts';
import { hrefToBroadcast, isWall } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { rundown } from '../../texts/rundown.ts';

/** Below this it does not count as late, ms. */
const LATE_FROM_MS = 1_000;

interface RowProps {
  id: string;
  /** The ids of the list, for a selection with Shift. */
  inOrder: readonly string[];
  isNext: boolean;
}

/** One row. It redraws only when its own broadcast, or its place in the list, changes. */
export const RundownRow = memo(function RundownRow({ id, inOrder, isNext }: RowProps) {
  const one = recordOf(id)?.value;
  if (!one) return null;
  const why = whyWords(one);
  return (
    <li class={`row row-${one.status}`} data-line={isNext ? 'next' : ''} data-id={id} tabIndex={-1}>
      {!isWall && <Box id={id} name={nameOf(one)} inOrder={inOrder} />}
      <span class="row-time">
        <Time at={one.startAt} />
        {one.stopAt !== null && (
          <>
            –<Time at={one.stopAt} after={one.startAt} />
          </>
        )}
        <Actual one={one} />
      </span>
      <span class="row-name">
        <a href={hrefToBroadcast(id)}>{nameOf(one)}</a>
        <span class="quiet row-more">{[one.meetingId, one.account, ...labelsOf(one)].join(' · ')}</span>
      </span>
      <span class="row-state">
        <StatusMark status={one.status} confirmed={one.confirmed} />
        {one.paused !== null && <span class="tag">{common.value.paused}</span>}
        <Next one={one} />
      </span>
      {why !== null && <span class="row-why">{why}</span>}
      <Actions broadcast={one} short />
    </li>
  );
});

function Box({ id, name, inOrder }: { id: string; name: string; inOrder: readonly string[] }) {
  return (
    <input
      type="checkbox"
      class="row-box"
      data-select
      aria-label={rundown.value.select(name)}
      checked={selection.value.has(id)}
      onClick={(event) => toggle(id, inOrder, event.shiftKey)}
    />
  );
}

/** Actual start and end, and their distance from the plan. */
function Actual({ one }: { one: Broadcast }) {
  const texts = rundown.value;
  if (one.startedAt === null) return null;
  const late = one.startLatenessMs ?? 0;
  return (
    <span class="quiet row-actual">
      {texts.actual} <Time at={one.startedAt} seconds />
      {one.stoppedAt !== null && (
        <>
          –<Time at={one.stoppedAt} seconds />
        </>
      )}
      {late >= LATE_FROM_MS && <span class="over"> {texts.late(lengthText(late))}</span>}
    </span>
  );
}

/** Counts down to the next change, and counts up past the planned end. */
function Next({ one }: { one: Broadcast }) {
  const texts = rundown.value;
  const next = nextChangeOf(one);
  if (next === null) return null;
  if (next.what === 'stop' && overBy(one, now.value) > 0)
    return <span class="over">{texts.over(lengthText(overBy(one, now.value)))}</span>;
  if (one.status === 'scheduled' && Date.parse(one.startAt) < now.value)
    return <span class="over">{texts.late(lengthText(now.value - Date.parse(one.startAt)))}</span>;
  return (
    <span class="quiet row-next">
      {texts.until[next.what]} <Countdown at={next.at} />
    </span>
  );
}
