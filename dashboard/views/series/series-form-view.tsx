import '../../styles/forms.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { localOfBroadcastId } from '../../../src/series/occurrences.ts';
import { api, fieldProblems, isStale, problemText } from '../../api/api.ts';
import { RequestKey } from '../../api/request-key.ts';
import { may } from '../../api/session-state.ts';
import { say } from '../../components/toasts.tsx';
import { useSending } from '../../components/use-sending.ts';
import { serverNow } from '../../live/clock.ts';
import { zone } from '../../live/live.ts';
import { goTo, hrefTo, isWall, place } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { forms } from '../../texts/forms.ts';
import { series } from '../../texts/series.ts';
import type { ViewProps } from '../../views.ts';
import { isCorrected } from '../plan/corrected.ts';
import { emptyDraft } from '../plan/draft.ts';
import { PresetChoice } from '../plan/preset-choice.tsx';
import { EMPTY_TEMPLATE } from '../plan/template-draft.ts';
import { PreviewOf } from './preview.tsx';
import {
  changeOfSeries,
  draftOfSeries,
  EMPTY_TIMING,
  lengthOfSeries,
  newSeries,
  type Series,
  type SeriesDraft,
  withPresetOf,
} from './series-draft.ts';
import { SeriesFields } from './series-fields.tsx';
import type { Calendar } from './series-preview.ts';

/** `#/new-series`; `?edit=ID` changes a whole series; with `from=LOCAL` or `at=BROADCAST`, that occurrence and the following. */
export function SeriesFormView(_props: ViewProps) {
  const { query } = place.value;
  const id = query.get('edit');
  const from = query.get('from') ?? localOfBroadcastId(query.get('at') ?? '');
  const seen = useSignal<Series | null>(null);
  const problem = useSignal('');
  const load = async () => {
    if (id === null) return;
    try {
      seen.value = await api.getSeries({ path: { id } });
    } catch (error) {
      problem.value = problemText(error);
    }
  };
  useEffect(() => void load(), [id]);
  if (isWall || !may('write')) return <p class="note">{forms.value.readOnly}</p>;
  if (problem.value !== '') return <p class="note bad">{problem.value}</p>;
  const one = seen.value;
  if (id !== null && one?.id !== id) return <p class="note">{common.value.loading}</p>;
  const texts = series.value;
  const name = one?.title ?? one?.meetingId ?? '';
  const title = one === null ? texts.newTitle : from === null ? texts.editTitle(name) : texts.fromTitle(name, from);
  return (
    <section class="form-view">
      <h2>{title}</h2>
      {one !== null && <p class="quiet">{from === null ? texts.allNote : texts.fromNote}</p>}
      <SeriesForm key={one?.revision ?? 0} seen={one} from={from} reload={load} />
    </section>
  );
}

function emptySeries(): SeriesDraft {
  const { start } = emptyDraft(serverNow(), zone());
  const days = [['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][new Date(`${start}Z`).getUTCDay()] ?? 'SU'];
  return { ...EMPTY_TEMPLATE, ...EMPTY_TIMING, zone: zone(), start, repeat: 'WEEKLY', days };
}

interface SeriesFormProps {
  seen: Series | null;
  from: string | null;
  reload(): Promise<void>;
}

function SeriesForm({ seen, from, reload }: SeriesFormProps) {
  const texts = series.value;
  const first = seen === null ? emptySeries() : draftOfSeries(seen, from);
  const draft = useSignal(first);
  const calendars = useSignal<Calendar[]>([]);
  useEffect(() => {
    api.listCalendars().then(
      (answer) => {
        calendars.value = answer.calendars;
      },
      // If this fails, the form shows only the calendars the series names.
      () => {},
    );
  }, []);
  const { problem, busy, submitting } = useSending();
  const sent = useRef(first);
  const key = useMemo(() => new RequestKey(), []);
  const stillApplies = (path: string) => !isCorrected(path, sent.current, draft.value);
  const create = async () => {
    const body = newSeries(draft.value);
    const created = await api.createSeries({ body, headers: key.of(body) });
    key.done();
    return created;
  };
  const save = async () => {
    sent.current = draft.value;
    const saved = seen === null ? await create() : await change(seen);
    if (saved === null) return;
    say(texts.saved(saved.title ?? saved.meetingId));
    goTo(`/series/${encodeURIComponent(saved.id)}`);
  };
  const change = async ({ id, revision }: Series): Promise<Series | null> => {
    const body = changeOfSeries(draft.value, first);
    if (Object.keys(body).length === 0) {
      say(texts.nothing);
      return null;
    }
    const headers = { 'If-Match': `"${revision}"` };
    return api.changeSeries({ path: { id }, headers, body, query: from === null ? {} : { from } });
  };
  return (
    <form class="stacked" onSubmit={submitting(save)}>
      {seen === null && (
        <PresetChoice
          draft={draft.value}
          length={lengthOfSeries(draft.value)}
          onChoose={(preset) => (draft.value = withPresetOf(draft.value, preset))}
        />
      )}
      <SeriesFields
        draft={draft.value}
        problems={fieldProblems(problem.value, stillApplies)}
        calendars={calendars.value}
        fixedStart={from !== null}
        set={(next) => (draft.value = { ...draft.value, ...next })}
      />
      <PreviewOf draft={draft.value} calendars={calendars.value} />
      <div role="alert">
        {isStale(problem.value) ? (
          <p class="stale">
            {texts.stale}{' '}
            <button type="button" class="act" onClick={() => void reload()}>
              {texts.takeTheirs}
            </button>
          </p>
        ) : (
          problem.value !== null && <p class="bad problem">{problemText(problem.value, stillApplies)}</p>
        )}
      </div>
      <div class="buttons">
        <button type="submit" class="act act-main" aria-disabled={busy.value}>
          {busy.value ? common.value.asked : seen === null ? texts.send : texts.change}
        </button>
        <a class="act" href={hrefTo(seen === null ? '/series' : `/series/${encodeURIComponent(seen.id)}`)}>
          {common.value.cancel}
        </a>
      </div>
    </form>
  );
}
