interface ChoiceProps<Value extends string> {
  /** Label of the group, for screen readers. */
  name: string;
  options: readonly (readonly [value: Value, text: string])[];
  value: Value;
  onChoose(value: Value): void;
}

/** A few choices as buttons in a row; the current one is pressed. */
export function Choice<Value extends string>({ name, options, value, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset class="choice buttons">
      <legend class="unseen">{name}</legend>
      {options.map(([one, text]) => (
        <button key={one} type="button" class="act" aria-pressed={one === value} onClick={() => onChoose(one)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}
