import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
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
