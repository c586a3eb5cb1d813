import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, problemText } from '../../api/api.ts';
import { Shape } from '../../components/status-mark.tsx';
import { clockTime, dayName } from '../../format.ts';
import { onEvents } from '../../live/live.ts';
import { allInOrder, put, recordOf } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { calendar } from '../../texts/calendar.ts';
import { noteWords } from '../series/note-words.ts';
import { keepStill, startDrag } from './drag.ts';
import { addDays, idsByDay } from './grid.ts';
import { leftOut } from './left-out.ts';
import { leave, onMoveKey } from './move-keys.ts';
import { dateOf, handlesOf, proposal, shown } from './state.ts';
import { hrefToDay, marksOf, shownText, textOf } from './words.ts';

/** Entries per day; a link leads to the rest. A month of busy days could have 150,000. */
const SHOWN = 4;
/** Events come in bursts: the days are read again after this long without one, ms. */
const REST_MS = 2_000;

interface Day {
  ids: string[];
  hasMore: boolean;
}

export function Month() {
  const { days, at } = shown.value;
  const read = useSignal<ReadonlyMap<number, Day>>(new Map());
  const problem = useSignal('');
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const readAllDays = async () => {
      try {
        for (const day of days) {
          if (stopped) return;
          const found = await readDay(day);
          read.value = new Map(read.peek()).set(day, found);
        }
        problem.value = '';
      } catch (error) {
        problem.value = problemText(error);
      }
    };
    const stopListening = onEvents(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void readAllDays(), REST_MS);
    });
    void readAllDays();
    return () => {
      stopped = true;
      clearTimeout(timer);
      stopListening();
    };
  }, [days[0], days.at(-1)]);
  const month = new Date(at).getMonth();
  // A moved broadcast appears on its new day at once, before the days are read again.
  const isRead = new Set([...read.value.values()].flatMap(({ ids }) => ids));
  const placed = idsByDay(
    allInOrder()
      .map((record) => record.peek())
      .filter(({ id }) => isRead.has(id)),
  );
  return (
    <>
      {problem.value !== '' && <p class="bad">{calendar.value.notLoaded(problem.value)}</p>}
      <ol class="cal-month">
        {days.map((day) => (
          <MonthDay
            key={day}
            day={day}
            ids={placed.get(day) ?? []}
            hasMore={read.value.get(day)?.hasMore ?? null}
            isOther={new Date(day).getMonth() !== month}
          />
        ))}
      </ol>
    </>
  );
}

async function readDay(day: number): Promise<Day> {
  const [from, to] = [new Date(day).toISOString(), new Date(addDays(day, 1)).toISOString()];
  const { broadcasts, nextCursor } = await api.listBroadcasts({ query: { from, to, limit: SHOWN } });
  put(broadcasts);
  return { ids: broadcasts.map(({ id }) => id), hasMore: nextCursor !== null };
}

interface MonthDayProps {
  day: number;
  ids: readonly string[];
  /** Null: not read yet. */
  hasMore: boolean | null;
  /** Belongs to the month before or after. */
  isOther: boolean;
}

function MonthDay({ day, ids, hasMore, isOther }: MonthDayProps) {
  const texts = calendar.value;
  const isToday = dateOf(day) === dateOf(shown.value.at) && shown.value.isToday;
  const skipped = leftOut.value.filter(({ at }) => at >= day && at < addDays(day, 1));
  return (
    <li class={`cal-day${isOther ? ' cal-other' : ''}${targetClass(day)}`}>
      <a class="cal-date" href={hrefToDay(dateOf(day))} aria-current={isToday ? 'date' : undefined}>
        {dayName(day)}
      </a>
      {hasMore === null && <span class="quiet">…</span>}
      {ids.map((id) => (
        <MonthEntry key={id} id={id} />
      ))}
      {skipped.slice(0, SHOWN).map(({ seriesId, at, name, why }) => (
        <span key={`${seriesId} ${at}`} class="cal-left-out">
          {clockTime(at)} {texts.leftOut(name, noteWords(why))}
        </span>
      ))}
      {(hasMore || skipped.length > SHOWN) && (
        <a href={hrefToDay(dateOf(day))} aria-label={texts.moreOfDayAll(dayName(day))}>
          {texts.moreOfDay}
        </a>
      )}
    </li>
  );
}

/** The day it would be dropped on. */
function targetClass(day: number): string {
  const tried = proposal.value;
  const isTarget = tried && tried.times.startAt >= day && tried.times.startAt < addDays(day, 1);
  return isTarget ? ` cal-target${tried.conflict === null ? '' : ' cal-target-bad'}` : '';
}

/** A link. If it may be moved, the pointer moves it to another day, or `m` and the arrow keys do. */
function MonthEntry({ id }: { id: string }) {
  const one = recordOf(id)?.value;
  if (!one) return null;
  const isMoving = proposal.value?.seen.id === id;
  return (
    <a
      class={`cal-entry-small status-${one.status}${one.paused ? ' cal-paused' : ''}${isMoving ? ' cal-moving' : ''}`}
      href={hrefToBroadcast(id)}
      title={textOf(one)}
      aria-label={textOf(one)}
      data-line
      draggable={false}
      onKeyDown={(event) => onMoveKey(event, one)}
      onPointerDown={(event) => handlesOf(one).includes('all') && startDrag(event, one, 'all')}
      onTouchMove={keepStill}
      onContextMenu={keepStill}
      onBlur={leave}
    >
      <Shape status={one.status} />
      {shownText(one)} <span aria-hidden="true">{marksOf(one)}</span>
    </a>
  );
}
