export interface Options {
  /** Probe the Zoom of the environment instead of the sandbox. */
  real: boolean;
  /** Start live streams without a question. */
  yes: boolean;
  json: boolean;
  /** Also run probes that wait for minutes. */
  long: boolean;
  /** Only probes whose id begins with one of these; empty: all. */
  only: string[];
  /** Null: no events. */
  webhookPort: number | null;
  eventWaitMs: number;
}

/** The options as given on the command line. */
export interface OptionTexts {
  real?: boolean;
  yes?: boolean;
  json?: boolean;
  long?: boolean;
  only?: string[];
  webhookPort?: string;
  /** Seconds. */
  eventWait?: string;
}

const DEFAULT_EVENT_WAIT = '60';

/** Throws an `Error` that names the option, the value and the range. */
export function readOptions(texts: OptionTexts): Options {
  const { real = false, yes = false, json = false, long = false, only = [], webhookPort: port } = texts;
  const webhookPort = port === undefined ? null : numberOf('--webhook-port', port, 65_535);
  const eventWaitMs = numberOf('--event-wait', texts.eventWait ?? DEFAULT_EVENT_WAIT, 3_600) * 1_000;
  return { real, yes, json, long, only, webhookPort, eventWaitMs };
}

function numberOf(name: string, text: string, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= max))
    throw new Error(`${name}: expected 0 to ${max}, got ${text}`);
  return value;
}
