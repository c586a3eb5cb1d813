import '../../styles/forms.css';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { components } from '../../../src/client/index.ts';
import { api, problemText, slowApi } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { longTime } from '../../format.ts';
import { onEvents } from '../../live/live.ts';
import { isWall, place } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { pauses } from '../../texts/pauses.ts';
import type { ViewProps } from '../../views.ts';
import { PauseForm } from './pause-form.tsx';
import { scopeText } from './scope.ts';

type Pause = components['schemas']['Pause'];

/** `#/pauses`: what is held back and why; `label`, `account` or `seriesId` in the address fill the form. */
export function PausesView(_props: ViewProps) {
  const texts = pauses.value;
  const list = useSignal<Pause[] | null>(null);
  const problem = useSignal('');
  const load = () => readInto(list, problem);
  useEffect(() => {
    void load();
    return onEvents((events) => {
      if (events.some(({ type }) => type.startsWith('pause.'))) void load();
    });
  }, []);
  return (
    <section class="form-view">
      <h2>{texts.title}</h2>
      <p class="quiet">{texts.what}</p>
      {problem.value !== '' && (
        <p class="bad" role="alert">
          {problem.value}
        </p>
      )}
      {list.value === null && problem.value === '' && <p class="note">{common.value.loading}</p>}
      {list.value?.length === 0 && <p class="empty">{texts.none}</p>}
      <ul class="cards">
        {list.value?.map((pause) => (
          <PauseCard key={pause.id} pause={pause} onEnded={load} />
        ))}
      </ul>
      {!isWall && may('write') && (
        <>
          <h3>{texts.add}</h3>
          <PauseForm query={place.value.query} onMade={load} />
        </>
      )}
    </section>
  );
}

async function readInto(list: Signal<Pause[] | null>, problem: Signal<string>): Promise<void> {
  try {
    list.value = (await api.listPauses()).pauses;
    problem.value = '';
  } catch (error) {
    problem.value = problemText(error);
  }
}

function PauseCard({ pause, onEnded }: { pause: Pause; onEnded(): Promise<void> }) {
  const texts = pauses.value;
  const { id, scope, since, until, note, by } = pause;
  const what = scopeText(scope);
  const end = async () => {
    await slowApi.endPause({ path: { id } });
    await onEnded();
    return texts.ended(what);
  };
  return (
    <li class="card" data-line="" tabIndex={-1}>
      <strong>{what}</strong>
      {note !== null && <p>{note}</p>}
      <p class="quiet">
        {texts.since(longTime(since), by)} · {until === null ? texts.noEnd : texts.until(longTime(until))}
      </p>
      <ActButton label={texts.end} does={texts.endDoes(what)} needs="write" act={end} asksFirst />
    </li>
  );
}
