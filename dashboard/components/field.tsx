import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** Attributes that tie an input to its label, hint and error. */
interface FieldAttributes {
  id: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}

interface FieldProps {
  label: string;
  /** The API's error for this field. */
  problem?: string | undefined;
  hint?: ComponentChildren;
  children(attributes: FieldAttributes): ComponentChildren;
}

/** A form field: label, input, hint, and its own error. Screen readers read the error with the field. */
export function Field({ label, problem, hint, children }: FieldProps) {
  const id = useId();
  const about = [problem === undefined ? '' : `${id}-problem`, hint === undefined ? '' : `${id}-hint`].filter(Boolean);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(problem === undefined ? {} : { 'aria-invalid': true as const }),
        ...(about.length === 0 ? {} : { 'aria-describedby': about.join(' ') }),
      })}
      {hint !== undefined && (
        <small id={`${id}-hint`} class="quiet">
          {hint}
        </small>
      )}
      {problem !== undefined && (
        <small id={`${id}-problem`} class="bad">
          {problem}
        </small>
      )}
    </div>
  );
}
