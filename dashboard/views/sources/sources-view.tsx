import '../../styles/forms.css';
import { useSignal } from '@preact/signals';
import { api, fieldProblems } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Cards } from '../../components/cards.tsx';
import { Field } from '../../components/field.tsx';
import { useReading } from '../../live/use-reading.ts';
import { isWall } from '../../router.ts';
import { sources } from '../../texts/sources.ts';
import type { ViewProps } from '../../views.ts';
import { SourceCard } from './source-card.tsx';

/** `#/sources`: the timetables that are followed, and the place to drop a file. */
export function SourcesView(_props: ViewProps) {
  const texts = sources.value;
  const list = useReading(async () => (await api.listSources()).sources, {
    on: ({ type }) => type === 'source.synced' || type === 'alert.source',
  });
  return (
    <section class="form-view">
      <h2>{texts.title}</h2>
      <Cards
        of={list}
        none={texts.none}
        card={(one) => <SourceCard key={one.name} source={one} onDone={list.load} />}
      />
      {!isWall && may('write') && (
        <>
          <h3>{texts.add}</h3>
          <AddForm onAdded={list.load} />
        </>
      )}
    </section>
  );
}

function AddForm({ onAdded }: { onAdded(): Promise<void> }) {
  const texts = sources.value;
  const draft = useSignal({ name: '', kind: 'ics' as 'ics' | 'csv', url: '' });
  const problems = useSignal<Record<string, string>>({});
  const add = async () => {
    const { name, kind, url } = draft.value;
    problems.value = {};
    try {
      await api.createSource({ body: { name: name.trim(), kind, ...(url.trim() === '' ? {} : { url: url.trim() }) } });
    } catch (error) {
      problems.value = fieldProblems(error);
      throw error;
    }
    draft.value = { name: '', kind: 'ics', url: '' };
    await onAdded();
    return texts.added(name.trim());
  };
  const text = (field: 'name' | 'url', label: string, hint: string) => (
    <Field label={label} hint={hint} problem={problems.value[field]}>
      {(attributes) => (
        <input
          {...attributes}
          name={field}
          value={draft.value[field]}
          onInput={({ currentTarget }) => (draft.value = { ...draft.value, [field]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <div class="stacked">
      {text('name', texts.name, texts.nameHint)}
      <Field label={texts.kind}>
        {(attributes) => (
          <select
            {...attributes}
            name="kind"
            value={draft.value.kind}
            onChange={({ currentTarget }) =>
              (draft.value = { ...draft.value, kind: currentTarget.value === 'csv' ? 'csv' : 'ics' })
            }
          >
            <option value="ics">{texts.kinds.ics}</option>
            <option value="csv">{texts.kinds.csv}</option>
          </select>
        )}
      </Field>
      {text('url', texts.url, texts.urlHint)}
      <div class="buttons">
        <ActButton label={texts.send} does={texts.sendDoes} needs="write" act={add} tone="main" />
      </div>
    </div>
  );
}
