import type { Repeated } from '../local-moment.ts';
import { Field } from './field.tsx';
import { TimeReading } from './time-reading.tsx';

interface LocalTimeFieldProps {
  label: string;
  name: string;
  value: string;
  zone: string;
  repeated: Repeated;
  required?: boolean;
  disabled?: boolean;
  problem?: string | undefined;
  onChange(value: string): void;
  onRepeated(chosen: Repeated): void;
}

/** An input for a local time in a zone, with a live reading of it. */
export function LocalTimeField(props: LocalTimeFieldProps) {
  const { label, name, value, zone, repeated, required, disabled, problem, onChange, onRepeated } = props;
  return (
    <div class="stacked">
      <Field label={label} problem={problem}>
        {(attributes) => (
          <input
            {...attributes}
            name={name}
            type="datetime-local"
            step={1}
            required={required}
            disabled={disabled}
            value={value}
            onInput={({ currentTarget }) => onChange(currentTarget.value)}
          />
        )}
      </Field>
      <TimeReading local={value} zone={zone} repeated={repeated} onRepeated={onRepeated} />
    </div>
  );
}
