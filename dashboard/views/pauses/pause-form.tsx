import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { api, fieldProblems } from '../../api/api.ts';
import { RequestKey } from '../../api/request-key.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Field } from '../../components/field.tsx';
import { LocalTimeField } from '../../components/local-time-field.tsx';
import { zone } from '../../live/live.ts';
import { type Repeated, sentTime } from '../../local-moment.ts';
import { pauses } from '../../texts/pauses.ts';
import { type Scope, scopeText } from './scope.ts';

type Kind = 'all' | 'account' | 'label' | 'seriesId';
const KINDS: Kind[] = ['all', 'account', 'label', 'seriesId'];

interface PauseFormProps {
  query: URLSearchParams;
  onMade(): Promise<void>;
}

/** Asks what to pause, until when, and why. It confirms before sending: pausing everything keeps a whole Sunday off the air. */
export function PauseForm({ query, onMade }: PauseFormProps) {
  const texts = pauses.value;
  const given = KINDS.find((kind) => query.has(kind));
  const kind = useSignal<Kind>(given ?? 'label');
  const value = useSignal(given === undefined ? '' : (query.get(given) ?? ''));
  const until = useSignal('');
  const repeated = useSignal<Repeated>('');
  const note = useSignal('');
  const problems = useSignal<Record<string, string>>({});
  const key = useMemo(() => new RequestKey(), []);
  const scope = scopeOf(kind.value, value.value.trim());
  const make = async () => {
    problems.value = {};
    const timezone = zone();
    const end = until.value === '' ? {} : { until: sentTime(until.value, timezone, repeated.value), timezone };
    try {
      const body = { scope, ...end, note: note.value.trim() === '' ? null : note.value.trim() };
      await api.createPause({ body, headers: key.of(body) });
      key.done();
    } catch (error) {
      problems.value = fieldProblems(error);
      throw error;
    }
    note.value = '';
    await onMade();
    return texts.made(scopeText(scope));
  };
  const lacks = kind.value !== 'all' && value.value.trim() === '' ? texts.which[kind.value] : undefined;
  return (
    <div class="stacked">
      <Field label={texts.scope}>
        {(attributes) => (
          <select
            {...attributes}
            name="scope"
            value={kind.value}
            onChange={({ currentTarget }) => (kind.value = currentTarget.value as Kind)}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {texts.scopes[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {kind.value !== 'all' && (
        <Field label={texts.which[kind.value]} problem={problems.value[`scope.${kind.value}`]}>
          {(attributes) => (
            <input
              {...attributes}
              name="value"
              value={value.value}
              onInput={({ currentTarget }) => (value.value = currentTarget.value)}
            />
          )}
        </Field>
      )}
      <LocalTimeField
        label={`${texts.untilField} · ${texts.untilHint}`}
        name="until"
        value={until.value}
        zone={zone()}
        repeated={repeated.value}
        problem={problems.value['until']}
        onChange={(text) => (until.value = text)}
        onRepeated={(chosen) => (repeated.value = chosen)}
      />
      <Field label={texts.note} hint={texts.noteHint} problem={problems.value['note']}>
        {(attributes) => (
          <input
            {...attributes}
            name="note"
            maxLength={1_000}
            value={note.value}
            onInput={({ currentTarget }) => (note.value = currentTarget.value)}
          />
        )}
      </Field>
      <div class="buttons">
        <ActButton
          label={texts.send}
          does={texts.sendDoes(scopeText(scope))}
          needs="write"
          act={make}
          notNow={lacks}
          tone="main"
          asksFirst
        />
      </div>
    </div>
  );
}

function scopeOf(kind: Kind, value: string): Scope {
  if (kind === 'account') return { account: value };
  if (kind === 'label') return { label: value };
  return kind === 'seriesId' ? { seriesId: value } : { all: true };
}
