import { useEffect, useMemo, useRef } from 'preact/hooks';
import { clockTime, dayName, numberText } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { allInOrder, recordsVersion } from '../../live/records.ts';
import { hrefTo } from '../../router.ts';
import { calendar } from '../../texts/calendar.ts';
import { noteWords } from '../series/note-words.ts';
import { Entry, Ghost } from './entry.tsx';
import { columnOf, DAY_MINUTES, minutesIn, timesOf } from './grid.ts';
import { leftOut } from './left-out.ts';
import { dateOf, proposal, shown } from './state.ts';
import { hrefToDay } from './words.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Maximum entries side by side in one day: in a week, and when one day has the full width. */
const MAX_BESIDE = { week: 4, day: 16, month: 0 };
/** Hour at the top when the calendar opens. */
const FIRST_HOUR = 7;

/** A day or a week, one column per day. */
export function Columns() {
  const { days, mode } = shown.value;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = (box.current.scrollHeight * FIRST_HOUR) / 24;
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus.
    <section class="cal-box" ref={box} aria-label={calendar.value.title} tabIndex={0}>
      <div class="cal-heads" aria-hidden="true">
        <span class="cal-hours" />
        {days.map((day) => (
          <a key={day} class="cal-head" href={hrefToDay(dateOf(day))} tabIndex={-1}>
            {dayName(day)}
          </a>
        ))}
      </div>
      <div class="cal-columns">
        <div class="cal-hours quiet" aria-hidden="true">
          {HOURS.map((hour) => (
            <span key={hour}>{`${String(hour).padStart(2, '0')}:00`}</span>
          ))}
        </div>
        {days.map((day) => (
          <Column key={day} day={day} most={MAX_BESIDE[mode]} />
        ))}
      </div>
    </section>
  );
}

const percent = (minutes: number) => `${(100 * minutes) / DAY_MINUTES}%`;

function Column({ day, most }: { day: number; most: number }) {
  const { boxes, more } = useMemo(() => {
    const all = allInOrder().map((record) => ({ id: record.peek().id, ...timesOf(record.peek()) }));
    return columnOf(all, day, most);
  }, [recordsVersion.value, day, most]);
  const tried = proposal.value;
  const ghost = tried && minutesIn(tried.times, day);
  const now = minute.value * 60_000;
  const nowAt = minutesIn({ startAt: now, stopAt: now }, day);
  const skipped = leftOut.value.flatMap((one) => {
    const place = minutesIn({ startAt: one.at, stopAt: null }, day);
    return place ? [{ ...one, ...place }] : [];
  });
  return (
    <ol class="cal-column" aria-label={dayName(day)}>
      {boxes.map((box) => (
        <Entry key={box.id} box={box} />
      ))}
      {skipped.map(({ seriesId, at, name, why, top, height }) => (
        <li key={`${seriesId} ${at}`} class="cal-left-out" style={{ top: percent(top), minHeight: percent(height) }}>
          {clockTime(at)} {calendar.value.leftOut(name, noteWords(why))}
        </li>
      ))}
      {[...more].map(([hour, count]) => (
        <More key={hour} day={day} hour={hour} count={count} />
      ))}
      {ghost && <Ghost place={ghost} isBad={tried.conflict !== null} />}
      {nowAt && <li class="cal-now" aria-hidden="true" style={{ top: percent(nowAt.top) }} />}
    </ol>
  );
}

/** Says how many did not fit beside the others, so that none is hidden silently. */
function More({ day, hour, count }: { day: number; hour: number; count: number }) {
  const texts = calendar.value;
  const from = new Date(day);
  from.setHours(hour);
  const name = texts.moreAll(numberText(count), clockTime(from.getTime()));
  return (
    <li class="cal-more" style={{ top: percent(hour * 60) }}>
      <a href={hrefTo('/timeline', { span: '1h', from: from.toISOString() })} title={name} aria-label={name}>
        {texts.more(numberText(count))}
      </a>
    </li>
  );
}
