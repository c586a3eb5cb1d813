import { Field } from '../../components/field.tsx';
import type { TemplateDraft } from './template-draft.ts';

/** Props of a part of a form. */
export interface PartProps<Draft> {
  draft: Draft;
  /** Path of a field → its error. */
  problems: Record<string, string>;
  set(change: Partial<Draft>): void;
}

/** Whether the form is about a broadcast or a series. */
export type TemplateProps = PartProps<TemplateDraft>;

/** The fields that hold a text. */
type TextOf<Draft> = { [Name in keyof Draft]: Draft[Name] extends string ? Name : never }[keyof Draft] & string;

interface InputProps<Draft> extends PartProps<Draft> {
  name: TextOf<Draft>;
  label: string;
  hint?: string;
  /** The field's name in an API error. Default: `name`. */
  path?: string;
}

interface TextInputProps<Draft> extends InputProps<Draft> {
  /** Digits, a hidden secret, a time of day, a day; default: text. */
  type?: 'number' | 'secret' | 'time' | 'date';
  required?: boolean;
  maxLength?: number;
}

const KINDS = {
  text: { autocomplete: 'off' },
  number: { autocomplete: 'off', inputMode: 'numeric' },
  // Browsers ignore `off` for passwords, and none should store a stream key.
  secret: { type: 'password', autocomplete: 'new-password' },
  time: { type: 'time' },
  date: { type: 'date' },
} as const;

export function TextInput<Draft extends object>(props: TextInputProps<Draft>) {
  const { name, label, hint, path = name, draft, problems, set, type = 'text', required, maxLength } = props;
  return (
    <Field label={label} hint={hint} problem={problems[path]}>
      {(attributes) => (
        <input
          {...attributes}
          name={name}
          {...KINDS[type]}
          required={required}
          maxLength={maxLength}
          value={draft[name] as string}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value } as Partial<Draft>)}
        />
      )}
    </Field>
  );
}

interface ChoiceInputProps<Draft> extends InputProps<Draft> {
  /** Value → its text, in order. */
  from: Record<string, string>;
}

export function ChoiceInput<Draft extends object>(props: ChoiceInputProps<Draft>) {
  const { name, label, hint, path = name, draft, problems, set, from } = props;
  return (
    <Field label={label} hint={hint} problem={problems[path]}>
      {(attributes) => (
        <select
          {...attributes}
          name={name}
          value={draft[name] as string}
          onChange={({ currentTarget }) => set({ [name]: currentTarget.value } as Partial<Draft>)}
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

/** One per line. */
export function LinesInput<Draft extends object>(props: InputProps<Draft>) {
  const { name, label, hint, path = name, draft, problems, set } = props;
  return (
    <Field label={label} hint={hint} problem={problemOf(problems, path)}>
      {(attributes) => (
        <textarea
          {...attributes}
          name={name}
          rows={3}
          value={draft[name] as string}
          onInput={({ currentTarget }) => set({ [name]: currentTarget.value } as Partial<Draft>)}
        />
      )}
    </Field>
  );
}

/** For a list, also the error of one of its items: `exceptions[3]`. */
function problemOf(problems: Record<string, string>, path: string): string | undefined {
  const found = Object.entries(problems).filter(([one]) => one === path || one.startsWith(`${path}[`));
  return found.length === 0 ? undefined : found.map(([, message]) => message).join(' ');
}
