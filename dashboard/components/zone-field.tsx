import { forms } from '../texts/forms.ts';
import { Field } from './field.tsx';

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const LIST_ID = 'all-time-zones';

interface ZoneFieldProps {
  value: string;
  problem?: string | undefined;
  onChange(zone: string): void;
}

/** An input for a time zone that suggests all zones the browser knows. */
export function ZoneField({ value, problem, onChange }: ZoneFieldProps) {
  return (
    <Field label={forms.value.zone} problem={problem}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            name="timezone"
            list={LIST_ID}
            required
            autocomplete="off"
            value={value}
            onInput={({ currentTarget }) => onChange(currentTarget.value.trim())}
          />
          <datalist id={LIST_ID}>
            {ZONES.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
