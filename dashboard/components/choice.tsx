interface ChoiceProps<Value extends string> {
  /** What is chosen, for who does not see that the buttons belong together. */
  name: string;
  options: readonly (readonly [value: Value, text: string])[];
  value: Value;
  onChoose(value: Value): void;
}

/** One of a few, as buttons in a row: the pressed one is the present one. */
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
