import { useEffect } from 'preact/hooks';
import type { Broadcast, HistoryEntry } from '../../../src/client/index.ts';
import { Shape } from '../../components/status-mark.tsx';
import { clockSeconds, clockTime, nameOf, numberText, timeNear } from '../../format.ts';
import { minute, now, serverNow } from '../../live/clock.ts';
import { isFinal } from '../../live/reading.ts';
import { recordOf } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { timeline } from '../../texts/timeline.ts';
import { historyOf, unwant } from './histories.ts';
import { type Block as Blocked, OPEN_MS, type Placed, placeOf } from './layout.ts';
import { change, SPANS, span } from './span.ts';
import { type Story, storyOf } from './story.ts';

interface Scale {
  from: number;
  to: number;
  msPerPx: number;
}

/** Minimum width that fits marks, px. */
const WIDE_PX = 24;
/** Below this zoom its bar moves less than a pixel a second, ms per px. */
const EVERY_SECOND = 10_000;
const NOTHING: Story = { attempts: [], shades: [] };

/** One broadcast: the plan on top, what really happened below, and attempts as marks. It is a link whose name contains everything shown. */
export function Item({ placed, scale }: { placed: Placed; scale: Scale }) {
  const one = recordOf(placed.id)?.value;
  if (!one) return null;
  const isOn = one.status !== 'scheduled' && !isFinal(one);
  const at = isOn && scale.msPerPx < EVERY_SECOND ? now.value : isOn ? minute.value * 60_000 : serverNow();
  const { from, to } = placeOf(one, at);
  const width = Math.max(3, (to - from) / scale.msPerPx);
  const tried = one.status !== 'scheduled' && width >= WIDE_PX;
  const story = useStory(one, tried, at);
  const left = (ms: number) => `${(ms - from) / scale.msPerPx}px`;
  const long = (a: number, b: number) => `${Math.max(1, (b - a) / scale.msPerPx)}px`;
  const stop = one.stopAt === null ? Date.parse(one.startAt) + OPEN_MS : Date.parse(one.stopAt);
  const start = Date.parse(one.startAt);
  const text = textOf(one, story);
  return (
    <a
      class={`tl-item status-${one.status}`}
      href={hrefToBroadcast(one.id)}
      title={text}
      aria-label={text}
      style={{ left: `${(from - scale.from) / scale.msPerPx}px`, width: `${width}px` }}
    >
      <span
        class={`tl-plan${one.stopAt === null ? ' tl-open' : ''}${one.paused ? ' tl-paused' : ''}`}
        style={{ left: left(start), width: long(start, stop) }}
      >
        {width >= WIDE_PX && <Shape status={one.status} />}
      </span>
      <Actual one={one} at={at} left={left} long={long} />
      {story.shades.map((shade) => (
        <span
          key={`${shade.kind} ${shade.from}`}
          class={`tl-shade tl-${shade.kind}`}
          style={{ left: left(shade.from), width: long(shade.from, shade.to) }}
        />
      ))}
      {story.attempts.map((attempt) => (
        <span
          key={`${attempt.at} ${attempt.what}`}
          class={`tl-mark tl-mark-${attempt.accepted ? 'good' : 'bad'}`}
          style={{ left: left(attempt.at) }}
        />
      ))}
    </a>
  );
}

interface ActualProps {
  one: Broadcast;
  at: number;
  left(ms: number): string;
  long(a: number, b: number): string;
}

function Actual({ one, at, left, long }: ActualProps) {
  if (one.startedAt === null) return null;
  const began = Date.parse(one.startedAt);
  const ended = one.stoppedAt === null ? at : Date.parse(one.stoppedAt);
  return <span class="tl-actual" style={{ left: left(began), width: long(began, ended) }} />;
}

function useStory(one: Broadcast, isWanted: boolean, at: number): Story {
  const { id, updatedAt } = one;
  useEffect(() => () => unwant(id), [id]);
  if (!isWanted) return NOTHING;
  const lines: readonly HistoryEntry[] = historyOf(id, updatedAt).value;
  return storyOf(lines, one, at);
}

/** Everything in words, for the tooltip and for screen readers. */
function textOf(one: Broadcast, { attempts, shades }: Story): string {
  const texts = timeline.value;
  const reference = serverNow();
  const refused = attempts.filter(({ accepted }) => !accepted);
  const parts = [
    nameOf(one),
    common.value.status[one.status],
    one.stopAt === null
      ? `${timeNear(one.startAt, reference)}, ${texts.openEnd}`
      : texts.planned(timeNear(one.startAt, reference), clockTime(one.stopAt)),
    one.startedAt &&
      texts.actual(clockSeconds(one.startedAt), one.stoppedAt ? clockSeconds(one.stoppedAt) : common.value.now),
    attempts.length > 1 && texts.attempts(attempts.length),
    ...new Set(refused.map(({ what, outcome }) => texts.refused(what, outcome))),
    ...new Set(shades.map(({ kind }) => texts.legend[kind])),
    one.paused && common.value.paused,
  ];
  return parts.filter(Boolean).join(', ');
}

/** Too narrow to tell apart: a click zooms in. Problems inside stay visible. */
export function Block({ block, scale }: { block: Blocked; scale: Scale }) {
  const isBad = block.items.some(({ id }) => ['failed', 'missed'].includes(recordOf(id)?.value.status ?? ''));
  const text = timeline.value.block(numberText(block.items.length));
  const enlarge = () => {
    const nearer = Object.entries(SPANS)
      .reverse()
      .find(([, length]) => length < scale.to - scale.from);
    const [name, length] = nearer ?? [span.peek().name, scale.to - scale.from];
    change({ span: name as keyof typeof SPANS, from: (block.from + block.to) / 2 - length / 2 });
  };
  return (
    <button
      type="button"
      class={`tl-block${isBad ? ' status-failed' : ''}`}
      title={text}
      aria-label={text}
      onClick={enlarge}
      style={{
        left: `${(block.from - scale.from) / scale.msPerPx}px`,
        width: `${Math.max(3, (block.to - block.from) / scale.msPerPx)}px`,
      }}
    />
  );
}
