import { may } from '../../api/session-state.ts';
import { Field } from '../../components/field.tsx';
import { numberText } from '../../format.ts';
import { selection } from '../../live/selection.ts';
import { bulk } from '../../texts/bulk.ts';
import { common } from '../../texts/common.ts';
import { NEEDS, takesMinutes, type Wanted } from './request.ts';

interface WantedProps {
  wanted: Wanted;
  onChange(next: Wanted): void;
}

/** Which broadcasts, and what to do. */
export function WantedFields({ wanted, onChange }: WantedProps) {
  const texts = bulk.value;
  const set = (change: Partial<Wanted>) => onChange({ ...wanted, ...change });
  const { size } = selection.value;
  return (
    <>
      <fieldset class="which">
        <legend>{texts.which}</legend>
        <label>
          <input
            type="radio"
            name="which"
            disabled={size === 0}
            checked={wanted.which === 'selected'}
            onChange={() => set({ which: 'selected' })}
          />{' '}
          {texts.selected(numberText(size))}
        </label>
        <label>
          <input
            type="radio"
            name="which"
            checked={wanted.which === 'matching'}
            onChange={() => set({ which: 'matching' })}
          />{' '}
          {texts.matching}
        </label>
        {wanted.which === 'matching' && <FilterFields wanted={wanted} onChange={onChange} />}
      </fieldset>
      <Field label={texts.what}>
        {(attributes) => (
          <select
            {...attributes}
            name="action"
            value={wanted.action}
            onChange={({ currentTarget }) => set({ action: currentTarget.value as Wanted['action'] })}
          >
            {(Object.keys(NEEDS) as Wanted['action'][])
              .filter((action) => may(NEEDS[action]))
              .map((action) => (
                <option key={action} value={action}>
                  {texts.actions[action]}
                </option>
              ))}
          </select>
        )}
      </Field>
      {takesMinutes(wanted.action) && (
        <Field label={texts.by} hint={texts.byHint}>
          {(attributes) => (
            <input
              {...attributes}
              name="minutes"
              type="number"
              step={1}
              required
              value={wanted.minutes}
              onInput={({ currentTarget }) => set({ minutes: Math.round(currentTarget.valueAsNumber) || 0 })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function FilterFields({ wanted, onChange }: WantedProps) {
  const texts = bulk.value;
  const input = (name: 'q' | 'label' | 'account' | 'from' | 'to', label: string, type: 'text' | 'date' = 'text') => (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          name={name}
          {...(type === 'date' ? { type: 'date' as const } : { type: 'text' as const })}
          placeholder={name === 'label' ? 'campus=north' : undefined}
          value={wanted[name]}
          onInput={({ currentTarget }) => onChange({ ...wanted, [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <div class="times">
      {input('from', texts.from, 'date')}
      {input('to', texts.to, 'date')}
      {input('label', texts.label)}
      {input('q', texts.search)}
      {input('account', texts.account)}
      <Field label={texts.status}>
        {(attributes) => (
          <select
            {...attributes}
            name="status"
            value={wanted.status}
            onChange={({ currentTarget }) => onChange({ ...wanted, status: currentTarget.value })}
          >
            <option value="">{texts.all}</option>
            {Object.entries(common.value.status).map(([status, text]) => (
              <option key={status} value={status}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
