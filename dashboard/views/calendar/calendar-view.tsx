import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { problemText } from '../../api/api.ts';
import { Choice } from '../../components/choice.tsx';
import { longTime, nameOf, timeNear } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { holdRange } from '../../live/live.ts';
import { isWall } from '../../router.ts';
import { calendar } from '../../texts/calendar.ts';
import { AskDialog } from './ask-dialog.tsx';
import { Columns } from './columns.tsx';
import { addDays, type Mode, stepOf } from './grid.ts';
import { readLeftOut } from './left-out.ts';
import { Month } from './month.tsx';
import { proposal, show, shown } from './state.ts';
import { conflictText } from './words.ts';
import './calendar.css';

/** How much of the day before to load, for broadcasts that run past midnight, ms. */
const BEFORE_MS = 12 * 3_600_000;
const MODES: readonly Mode[] = ['day', 'week', 'month'];

/** The plan as a calendar. A drag shows conflicts before the drop, and asks for confirmation before it sends anything. */
export function CalendarView() {
  const texts = calendar.value;
  const { mode, days } = shown.value;
  const state = useLoaded();
  const first = days[mode === 'month' ? 7 : 0] ?? 0;
  const heading =
    mode === 'day' ? longTime(first).replace(/,? \d\d:\d\d$/, '') : rangeText(mode, first, days.at(-1) ?? first);
  return (
    <div class="calendar">
      <h2>
        {texts.title}: {heading}
      </h2>
      {!isWall && <Toolbar />}
      <p class="quiet" role="status">
        {state}
      </p>
      {mode === 'month' ? <Month /> : <Columns />}
      {!isWall && <p class="quiet">{mode === 'month' ? texts.keysInMonth : texts.keys}</p>}
      <Tried />
      {proposal.value?.step === 'asking' && <AskDialog tried={proposal.value} />}
    </div>
  );
}

function rangeText(mode: Mode, first: number, last: number): string {
  const lang = document.documentElement.lang;
  if (mode === 'month') return new Date(first).toLocaleDateString(lang, { month: 'long', year: 'numeric' });
  return new Intl.DateTimeFormat(lang, { dateStyle: 'long' }).formatRange(first, last);
}

function Toolbar() {
  const texts = calendar.value;
  const { mode, at, isToday } = shown.value;
  return (
    <div class="cal-tools">
      <div class="buttons">
        <button type="button" class="act" onClick={() => show({ at: stepOf(mode, at, -1) })}>
          ‹ {texts.earlier}
        </button>
        <button type="button" class="act" aria-pressed={isToday} onClick={() => show({ at: null })}>
          {texts.today}
        </button>
        <button type="button" class="act" onClick={() => show({ at: stepOf(mode, at, 1) })}>
          {texts.later} ›
        </button>
      </div>
      <Choice
        name={texts.view}
        value={mode}
        options={MODES.map((one) => [one, texts.modes[one]] as const)}
        onChoose={(view) => show({ view })}
      />
    </div>
  );
}

/** Loads the records for days and weeks (a month reads its own). Returns what to show until they are there. */
function useLoaded(): string {
  const state = useSignal('');
  const { mode, days } = shown.value;
  const [from = 0, to] = [days[0], addDays(days.at(-1) ?? 0, 1)];
  useEffect(() => {
    void readLeftOut().catch((error: unknown) => (state.value = calendar.peek().notLoaded(problemText(error))));
  }, []);
  useEffect(() => {
    if (mode === 'month') return undefined;
    state.value = calendar.peek().loading;
    const range = holdRange(from - BEFORE_MS, to);
    range.done.then(
      () => (state.value = ''),
      (error: unknown) => (state.value = calendar.peek().notLoaded(problemText(error))),
    );
    return range.release;
  }, [mode, from, to]);
  return state.value;
}

/** The pending move in words: visible to all, and read aloud. */
function Tried() {
  const texts = calendar.value;
  const tried = proposal.value;
  const { startAt, stopAt } = tried?.times ?? { startAt: 0, stopAt: null };
  const reference = minute.value * 60_000;
  return (
    <div class="cal-tried" role="status" aria-live="assertive">
      {tried?.step === 'moving' && (
        <p class={tried.conflict ? 'cal-tried-bad' : ''}>
          {nameOf(tried.seen)}:{' '}
          {stopAt === null
            ? timeNear(startAt, reference)
            : texts.times(timeNear(startAt, reference), timeNear(stopAt, startAt))}
          {tried.conflict && ` ▲ ${conflictText(tried.conflict)}`}
        </p>
      )}
    </div>
  );
}
