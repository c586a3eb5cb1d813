import { defineConfig } from 'vitest/config';

/** A kind of test and its folder; CONTRIBUTING.md says what belongs in which. */
const project = (name: string, more: { globalSetup?: string[]; isolate?: boolean } = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...more },
});
/** Tests of processes run the build: it is made once, before all of them. */
const BUILD = { globalSetup: ['test/support/build-once.ts'] };

export default defineConfig({
  test: {
    // Unit tests share their modules: loading them anew for each file takes longer than the tests.
    projects: [
      project('unit', { isolate: false }),
      project('integration'),
      project('acceptance', BUILD),
      project('proof', BUILD),
    ],
    // Only what hangs ends here: a busy machine is no failure. Speed is measured in bench/.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Cases of one installation wait for moments of theirs, side by side.
    maxConcurrency: 60,
    // Real servers and processes: more at once than cores makes timing tests lie.
    maxWorkers: 2,
    // What a developer has set for real use must not reach the tests.
    env: Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => /^(REDIS|ZOOM|API_KEYS|LIVESTREAM|SANDBOX|NOTIFY|SECRETS_KEY|HOST$|PORT$)/.test(name))
        .map((name) => [name, '']),
    ),
  },
});
