import { Field } from '../../components/field.tsx';
import type { TemplateDraft } from './template-draft.ts';

/** What the parts of a form about a broadcast or a series are given. */
export interface TemplateProps {
  draft: TemplateDraft;
  /** Path of a field → what is wrong with it. */
  problems: Record<string, string>;
  set(change: Partial<TemplateDraft>): void;
}

interface InputProps extends TemplateProps {
  name: keyof TemplateDraft;
  label: string;
  hint?: string;
  /** As the API names it in an error. Default: `name`. */
  path?: string;
}

interface TextInputProps extends InputProps {
  /** A number of digits, a secret that is not shown; default text. */
  type?: 'number' | 'secret';
  required?: boolean;
  maxLength?: number;
}

const PLAIN = { autocomplete: 'off' } as const;
/** `off` is not kept for passwords: no browser is to store a stream key. */
const SECRET = { type: 'password', autocomplete: 'new-password' } as const;

export function TextInput(props: TextInputProps) {
  const { name, label, hint, path = name, draft, problems, set, type, required, maxLength } = props;
  return (
    <Field label={label} hint={hint} problem={problems[path]}>
      {(attributes) => (
        <input
          {...attributes}
          name={name}
          {...(type === 'secret' ? SECRET : PLAIN)}
          inputMode={type === 'number' ? 'numeric' : 'text'}
          required={required}
          maxLength={maxLength}
          value={draft[name]}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
}

interface ChoiceInputProps extends InputProps {
  /** Value → its text, in order. */
  from: Record<string, string>;
}

export function ChoiceInput({ name, label, hint, path = name, draft, problems, set, from }: ChoiceInputProps) {
  return (
    <Field label={label} hint={hint} problem={problems[path]}>
      {(attributes) => (
        <select
          {...attributes}
          name={name}
          value={draft[name]}
          onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
        >
          {Object.entries(from).map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
