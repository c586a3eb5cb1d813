/** One issue of the settings. `name` is the setting or its `NAME_FILE`. */
export interface ConfigProblem {
  name: string;
  message: string;
}

/** Thrown by `loadConfig` with every problem at once. Its message is ready for a terminal: one line per problem, no secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(({ name, message }) => `  ${name}: ${message}`);
    super(
      `${problems.length === 1 ? '1 invalid setting' : `${problems.length} invalid settings`}:\n${lines.join('\n')}`,
    );
    this.problems = problems;
  }
}

const MAX_SHOWN = 100;

/** A value as a message may show it: a secret by its length only, a URL without its password. */
export function describeValue(value: string, secret: boolean): string {
  if (secret) return `*** (${value.length} characters)`;
  const masked = value
    .replace(/(\/\/[^/@:]*:).*@/g, '$1***@')
    .replace(/([?&][^=&]*(?:password|token|secret|key)[^=&]*=)[^&]*/gi, '$1***');
  return JSON.stringify(masked.length > MAX_SHOWN ? `${masked.slice(0, MAX_SHOWN)}…` : masked);
}
