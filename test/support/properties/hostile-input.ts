/** Random input for a broadcast, good and bad: it may only be refused, each issue with a message. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { LivestreamError } from '../../../src/errors.ts';
import { parseBatch, parseChange, parseNewBroadcast } from '../../../src/validation/parse-broadcast.ts';
import { BASE, CONTEXT } from '../../unit/validation/inputs.ts';
import { WRONG } from '../../unit/validation/wrong-fields.ts';

const value = fc.oneof(fc.anything(), fc.constantFrom<unknown>(...WRONG.flatMap(([, input]) => Object.values(input))));
const record = fc.record(
  Object.fromEntries(
    ['meetingId', 'kind', 'title', 'startAt', 'stopAt', 'duration', 'timezone', 'settings', 'destination', 'labels']
      .concat(['externalId', 'startWindow', 'account', 'x'])
      .map((name) => [name, value]),
  ),
  { requiredKeys: [] },
);

/** Reads `runs` random inputs. */
export function readHostileInput(runs: number): void {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), record), (input) => {
      for (const run of [
        () => parseNewBroadcast(input, CONTEXT),
        () => parseBatch({ broadcasts: [input] }, CONTEXT),
        () => parseBatch(input, CONTEXT),
        () => parseChange(input, BASE, CONTEXT),
      ]) {
        try {
          run();
        } catch (error) {
          expect(error).toBeInstanceOf(LivestreamError);
          const { code, errors } = error as LivestreamError;
          expect(code).toBe('validation_failed');
          expect(errors.length).toBeGreaterThan(0);
          for (const issue of errors) expect(issue.message.length).toBeGreaterThan(5);
        }
      }
    }),
    { numRuns: runs },
  );
}
