import { LivestreamError } from '../../../src/errors.ts';
import type { ChangeBase, InputContext } from '../../../src/validation/parse-broadcast.ts';

export const NOW = Date.parse('2026-11-22T20:00:00Z');
export const CONTEXT: InputContext = { now: NOW, sealingAvailable: true };

export const GOOD = { meetingId: '68423085', startAt: '2026-12-06T14:00:00Z' };
export const GOOD_DESTINATION = {
  streamUrl: 'rtmps://live.example.org/app',
  streamKey: 'key?sig=1',
  pageUrl: 'https://example.org/watch',
  resolution: '1080p' as const,
};

export const BASE: ChangeBase = {
  startAt: Date.parse('2026-12-06T14:00:00Z'),
  stopAt: Date.parse('2026-12-06T15:30:00Z'),
  timezone: 'America/New_York',
  kind: 'meeting',
  settings: { layout: 'speaker_view' },
};

/** The issues that `run` throws, as path → message. */
export function issuesOf(run: () => unknown): Record<string, string> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof LivestreamError) || error.code !== 'validation_failed') throw error;
    const entries = error.errors.map((issue) => [issue.path, issue.message] as const);
    if (new Set(entries.map(([path]) => path)).size !== entries.length)
      throw new Error(`twice: ${JSON.stringify(entries)}`);
    return Object.fromEntries(entries);
  }
  throw new Error('nothing was refused');
}
