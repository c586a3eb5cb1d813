import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/**
 * A kind of test and its folder; CONTRIBUTING.md says what belongs in which. One kind after another, in the order of the list:
 * what is quick to fail comes first, and nothing that waits runs beside what needs both cores.
 */
const project = (
  groupOrder: number,
  name: string,
  more: { globalSetup?: string[]; isolate?: boolean; maxWorkers?: number } = {},
) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], sequence: { groupOrder }, ...more },
});
/** These wait for Redis, processes and moments most of the time: two cores carry three files at once. */
const WAITING = { maxWorkers: 3 };
/** Tests of processes run the build: it is made once, before all of them. */
const BUILD = { globalSetup: ['test/support/build-once.ts'] };

export default defineConfig({
  test: {
    // Files of one worker share their modules: loading them anew for each file takes longer than the tests, or half of their time.
    projects: [
      project(1, 'unit', { isolate: false }),
      project(2, 'integration', { isolate: false, ...WAITING }),
      project(3, 'acceptance', { isolate: false, ...BUILD, ...WAITING }),
      project(4, 'proof', { isolate: false, ...BUILD }),
    ],
    // Only what hangs ends here: a busy machine is no failure. Speed is measured in bench/.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/support/threads.ts'],
    // Cases of one installation wait for moments of theirs, side by side.
    maxConcurrency: 60,
    // More at once than cores makes what computes slow: simulations, chaos.
    maxWorkers: 2,
    // What a developer has set for real use must not reach the tests.
    env: Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => /^(REDIS|ZOOM|API_KEYS|LIVESTREAM|SANDBOX|NOTIFY|SECRETS_KEY|HOST$|PORT$)/.test(name))
        .map((name) => [name, '']),
    ),
  },
});
