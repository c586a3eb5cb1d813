import '../../styles/forms.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, problemText, readAll } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { findingWords } from '../../api-words.ts';
import { hrefTo, isWall } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { series } from '../../texts/series.ts';
import type { ViewProps } from '../../views.ts';
import { ruleWords } from './rule-words.ts';
import type { Series } from './series-draft.ts';

/** `#/series`: every series with its rule in words. */
export function SeriesListView(_props: ViewProps) {
  const texts = series.value;
  const list = useSignal<Series[] | null>(null);
  const problem = useSignal('');
  useEffect(() => {
    readAll(
      (cursor) => api.listSeries({ query: { limit: 200, cursor } }),
      (page) => {
        list.value = [...(list.value ?? []), ...page.series];
        return true;
      },
    ).catch((error: unknown) => {
      problem.value = problemText(error);
    });
  }, []);
  return (
    <section class="form-view">
      <h2>{texts.title}</h2>
      {!isWall && may('write') && (
        <a class="act act-main" href={hrefTo('/new-series')}>
          {texts.add}
        </a>
      )}
      {problem.value !== '' && <p class="bad">{problem.value}</p>}
      {list.value === null && problem.value === '' && <p class="note">{common.value.loading}</p>}
      {list.value?.length === 0 && <p class="empty">{texts.none}</p>}
      <ul class="cards">
        {list.value?.map(({ id, title, meetingId, warnings, ...timing }) => (
          <li key={id} class="card" data-line="" tabIndex={-1}>
            <a href={hrefTo(`/series/${encodeURIComponent(id)}`)}>{title ?? common.value.meeting(meetingId)}</a>
            <p>{ruleWords(timing)}</p>
            {warnings.map((warning) => (
              <p key={warning.message + warning.occurrence} class="bad">
                {findingWords(warning).message}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
