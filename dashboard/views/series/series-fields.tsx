import { Field } from '../../components/field.tsx';
import { LocalTimeField } from '../../components/local-time-field.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { plan } from '../../texts/plan.ts';
import { series } from '../../texts/series.ts';
import { DAYS, type SeriesDraft } from './series-draft.ts';

interface SeriesFieldsProps {
  draft: SeriesDraft;
  problems: Record<string, string>;
  /** The first time is given: it goes on from an occurrence. */
  fixedStart: boolean;
  set(change: Partial<SeriesDraft>): void;
}

export function SeriesFields({ draft, problems, fixedStart, set }: SeriesFieldsProps) {
  const texts = series.value;
  const text = (
    name: 'meetingId' | 'title' | 'length' | 'labels',
    label: string,
    hint?: string,
    path: string = name,
  ) => (
    <Field label={label} hint={hint} problem={problems[path]}>
      {(attributes) => (
        <input
          {...attributes}
          name={name}
          required={name === 'meetingId'}
          inputMode={name === 'meetingId' || name === 'length' ? 'numeric' : 'text'}
          value={draft[name]}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value.trimStart() })}
        />
      )}
    </Field>
  );
  return (
    <>
      {text('meetingId', plan.value.meeting)}
      {text('title', plan.value.broadcastTitle)}
      <div class="times">
        <LocalTimeField
          label={texts.first}
          name="start"
          required
          disabled={fixedStart}
          value={draft.start}
          zone={draft.zone}
          repeated="first"
          problem={problems['startAt']}
          onChange={(start) => set({ start })}
          onRepeated={() => {}}
        />
        <ZoneField value={draft.zone} problem={problems['timezone']} onChange={(zone) => set({ zone })} />
        {text('length', texts.length, texts.lengthHint, 'duration')}
      </div>
      <RepeatFields draft={draft} problems={problems} set={set} />
      {text('labels', plan.value.labels, plan.value.labelsHint)}
    </>
  );
}

function RepeatFields({ draft, problems, set }: Omit<SeriesFieldsProps, 'fixedStart'>) {
  const texts = series.value;
  return (
    <>
      <Field label={texts.repeat}>
        {(attributes) => (
          <select
            {...attributes}
            name="repeat"
            value={draft.repeat}
            onChange={({ currentTarget }) => set({ repeat: currentTarget.value as SeriesDraft['repeat'] })}
          >
            {Object.entries(texts.repeats).map(([repeat, label]) => (
              <option key={repeat} value={repeat}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.repeat === 'WEEKLY' && <DayBoxes draft={draft} set={set} />}
      {draft.repeat === 'own' ? (
        <Field label={texts.rule} problem={problems['rule']}>
          {(attributes) => (
            <input
              {...attributes}
              name="rule"
              required
              value={draft.rule}
              onInput={({ currentTarget }) => set({ rule: currentTarget.value })}
            />
          )}
        </Field>
      ) : (
        <Field label={texts.last} hint={texts.lastHint} problem={problems['rule']}>
          {(attributes) => (
            <input
              {...attributes}
              name="last"
              type="date"
              value={draft.last}
              onInput={({ currentTarget }) => set({ last: currentTarget.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function DayBoxes({ draft, set }: Pick<SeriesFieldsProps, 'draft' | 'set'>) {
  const texts = series.value;
  const toggle = (day: string) =>
    set({ days: draft.days.includes(day) ? draft.days.filter((one) => one !== day) : [...draft.days, day] });
  return (
    <fieldset class="days">
      <legend>{texts.repeats.WEEKLY}</legend>
      {DAYS.map((day) => (
        <label key={day}>
          <input type="checkbox" name={day} checked={draft.days.includes(day)} onChange={() => toggle(day)} />{' '}
          {texts.days[day]}
        </label>
      ))}
    </fieldset>
  );
}
