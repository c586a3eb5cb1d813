import { clockTime, dayName } from '../../format.ts';
import { now } from '../../live/clock.ts';
import { common } from '../../texts/common.ts';
import { ticksOf } from './layout.ts';
import { span } from './span.ts';

/** The times above the rows. Hidden from screen readers, since each broadcast reads out its own. */
export function Axis({ width }: { width: number }) {
  const { from, to } = span.value;
  const msPerPx = (to - from) / width;
  return (
    <div class="tl-axis" aria-hidden="true">
      <span class="tl-day">{dayName(from)}</span>
      <div class="tl-axis-line">
        {ticksOf({ from, to }, msPerPx).map((at) => (
          <span key={at} class="tl-tick" style={{ left: `${(at - from) / msPerPx}px` }}>
            {new Date(at).getHours() + new Date(at).getMinutes() === 0 ? dayName(at) : clockTime(at)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Moves by itself and redraws nothing else. */
export function NowMark({ width }: { width: number }) {
  const { from, to } = span.value;
  const at = now.value;
  if (at < from || at >= to) return null;
  return (
    <li class="tl-now" aria-hidden="true" title={common.value.now}>
      <span style={{ left: `${((at - from) / (to - from)) * width}px` }} />
    </li>
  );
}
