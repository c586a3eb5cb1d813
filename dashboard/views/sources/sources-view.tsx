import '../../styles/forms.css';
import { useSignal } from '@preact/signals';
import { api, fieldProblems, problemText } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Cards } from '../../components/cards.tsx';
import { Field } from '../../components/field.tsx';
import { say } from '../../components/toasts.tsx';
import { zone } from '../../live/live.ts';
import { useReading } from '../../live/use-reading.ts';
import { isWall } from '../../router.ts';
import { sources } from '../../texts/sources.ts';
import type { ViewProps } from '../../views.ts';
import { FileDrop, type GivenFile } from './file-drop.tsx';
import { SourceCard } from './source-card.tsx';
import { takerOf } from './source-of-file.ts';

/** `#/sources`: the followed timetables, and the place to drop a file. */
export function SourcesView(_props: ViewProps) {
  const texts = sources.value;
  const list = useReading(async () => (await api.listSources()).sources, {
    on: ({ type }) => type === 'source.synced' || type === 'alert.source',
  });
  const given = useSignal<{ name: string; file: GivenFile } | null>(null);
  const take = async (file: GivenFile) => {
    try {
      const { sources: known } = await api.listSources();
      const { name, kind, isNew } = takerOf(file.name, known);
      if (isNew) await api.createSource({ body: { name, kind, timezone: zone() } });
      await list.load();
      given.value = { name, file };
      say(texts.taken(file.name, name, isNew));
    } catch (error) {
      say(problemText(error), 'failed');
    }
  };
  return (
    <section class="form-view">
      <h2>{texts.title}</h2>
      {!isWall && may('write') && (
        <div class="import-file">
          <FileDrop label={texts.dropAny} onFile={(file) => void take(file)} />
        </div>
      )}
      <Cards
        of={list}
        none={texts.none}
        card={(one) => (
          <SourceCard
            key={one.name}
            source={one}
            first={given.value?.name === one.name ? given.value.file : null}
            onDone={list.load}
          />
        )}
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
