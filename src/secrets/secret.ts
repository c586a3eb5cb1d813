import { inspect } from 'node:util';

const MASK = '***';

/** A value that does not print: as text, as JSON and when inspected it is `***`. `reveal()` is the one way to it. */
export class Secret<Value = string> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
