import '../../styles/forms.css';
import type { components } from '../../../src/client/index.ts';
import { api, slowApi } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Cards } from '../../components/cards.tsx';
import { longTime } from '../../format.ts';
import { useReading } from '../../live/use-reading.ts';
import { isWall, place } from '../../router.ts';
import { pauses } from '../../texts/pauses.ts';
import type { ViewProps } from '../../views.ts';
import { PauseForm } from './pause-form.tsx';
import { scopeText } from './scope.ts';

type Pause = components['schemas']['Pause'];

/** `#/pauses`: what is held back and why. `label`, `account` or `seriesId` in the address fill in the form. */
export function PausesView(_props: ViewProps) {
  const texts = pauses.value;
  const list = useReading(async () => (await api.listPauses()).pauses, { on: ({ type }) => type.startsWith('pause.') });
  return (
    <section class="form-view">
      <h2>{texts.title}</h2>
      <p class="quiet">{texts.what}</p>
      <Cards of={list} none={texts.none} card={(one) => <PauseCard key={one.id} pause={one} onEnded={list.load} />} />
      {!isWall && may('write') && (
        <>
          <h3>{texts.add}</h3>
          <PauseForm query={place.value.query} onMade={list.load} />
        </>
      )}
    </section>
  );
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
