import { expect, it } from 'vitest';
import { commandToTryAgain } from '../../../src/broadcasts/try-again.ts';

const START = Date.parse('2030-12-02T12:00:00Z');
const HOUR = 3_600_000;
const LOST = { id: 'bc_1', status: 'failed' as const, startAt: START, startedAt: null, stopAt: START + HOUR };
const GONE = 'meeting_not_found: the meeting was deleted in Zoom.';

it.each([
  // A week ahead, "now" would put it on air a week early.
  [GONE, -HOUR, 'livestream reschedule bc_1 --meeting NUMBER --start 2030-12-02T12:00:00.000Z'],
  [GONE, 0, 'livestream reschedule bc_1 --meeting NUMBER --start now'],
  ['livestream_not_configured: no', 0, 'livestream retry bc_1'],
  ['livestream_not_configured: no', HOUR, 'livestream reschedule bc_1 --start now'],
])('what failed by "%s" %i ms after its start is tried again with %s', (reason, after, command) => {
  expect(commandToTryAgain({ ...LOST, reason }, START + after)).toBe(command);
});
