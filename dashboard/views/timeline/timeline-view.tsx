import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { problemText } from '../../api/api.ts';
import { numberText } from '../../format.ts';
import { holdRange } from '../../live/live.ts';
import { timeline } from '../../texts/timeline.ts';
import { Axis, NowMark } from './axis.tsx';
import { lanes } from './lanes.ts';
import { pan, span, zoom } from './span.ts';
import { Row } from './timeline-row.tsx';
import { Legend, Toolbar } from './toolbar.tsx';
import './timeline.css';

/** Height of a row, px; the CSS has the same value. */
const ROW_PX = 44;
/** Extra rows drawn above and below the visible ones. */
const SPARE = 6;
/** Load this far before the span, for broadcasts that still run in it, ms. */
const BEFORE_MS = 12 * 3_600_000;
/** A pan passes many spans, so load only where it rests this long, ms. */
const REST_MS = 250;

/** Plan versus reality, one row per meeting or room. The document contains only the visible rows. */
export function TimelineView() {
  const texts = timeline.value;
  const state = useLoaded();
  const box = useRef<HTMLDivElement>(null);
  const seen = useSignal({ top: 0, height: 600, width: 800 });
  const measure = () => {
    const element = box.current;
    if (element === null) return;
    const width = element.querySelector('.tl-axis-line')?.clientWidth ?? 0;
    seen.value = { top: element.scrollTop, height: element.clientHeight, width: Math.max(100, width) };
  };
  useEffect(() => {
    const watch = new ResizeObserver(measure);
    if (box.current) watch.observe(box.current);
    measure();
    return () => watch.disconnect();
  }, []);
  const all = lanes.value;
  const { top, height, width } = seen.value;
  const first = Math.max(0, Math.floor(top / ROW_PX) - SPARE);
  const shown = all.slice(first, Math.ceil((top + height) / ROW_PX) + SPARE);
  const count = useMemo(() => all.reduce((sum, { items }) => sum + items.length, 0), [all]);
  return (
    <div class="timeline">
      <h2>{texts.title}</h2>
      <Toolbar />
      <p class="quiet" role="status">
        {state ?? texts.shown(numberText(count), numberText(all.length))}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls, and takes the arrows, must take the focus. */}
      <section class="tl-box" ref={box} onScroll={measure} onKeyDown={onKey} aria-label={texts.title} tabIndex={0}>
        <Axis width={width} />
        <ol class="tl-rows" style={{ height: `${all.length * ROW_PX}px` }}>
          {shown.map((lane, i) => (
            <Row
              key={lane.key}
              lane={lane}
              top={(first + i) * ROW_PX}
              width={width}
              place={first + i + 1}
              of={all.length}
            />
          ))}
          <NowMark width={width} />
        </ol>
        {all.length === 0 && state === null && <p class="empty">{texts.empty}</p>}
      </section>
      <Legend />
      <p class="quiet">{texts.keys}</p>
    </div>
  );
}

/** Loads the records of the span. Returns what to show until they are there. */
function useLoaded(): string | null {
  const state = useSignal<string | null>(timeline.value.loading);
  const { from, to, follows } = span.value;
  // While the span follows the time, load ahead so that it lasts for a while.
  const key = follows ? `${to - from}` : `${from} ${to}`;
  useEffect(() => {
    state.value = timeline.peek().loading;
    let range: ReturnType<typeof holdRange> | undefined;
    const timer = setTimeout(() => {
      range = holdRange(from - BEFORE_MS, follows ? to + (to - from) : to);
      range.done.then(
        () => (state.value = null),
        (error: unknown) => (state.value = timeline.peek().notLoaded(problemText(error))),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      range?.release();
    };
  }, [key]);
  return state.value;
}

function onKey(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches('input, select')) return;
  const acts: Record<string, () => void> = {
    ArrowLeft: () => pan(-0.25),
    ArrowRight: () => pan(0.25),
    '+': () => zoom(1),
    '-': () => zoom(-1),
  };
  const act = acts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}
