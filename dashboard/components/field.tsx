import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** What ties an input to its label, its hint and its error. */
interface FieldAttributes {
  id: string;
  'aria-invalid'?: true;
  'aria-describedby'?: string;
}

interface FieldProps {
  label: string;
  /** What is wrong with it, as the API says. */
  problem?: string | undefined;
  hint?: ComponentChildren;
  children(attributes: FieldAttributes): ComponentChildren;
}

/** A field of a form: label, input, hint, and its own error, which is read aloud with it. */
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
