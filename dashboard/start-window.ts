import { parseDuration } from '../src/time/human-duration.ts';

const DEFAULT_MS = 2 * 3_600_000;

/**
 * START_WINDOW of this installation, ms: how long a broadcast without a stop occupies its meeting. The API process writes it into the page.
 */
export const startWindowMs: number =
  parseDuration(document.querySelector<HTMLMetaElement>('meta[name=livestream-start-window]')?.content ?? '') ??
  DEFAULT_MS;
