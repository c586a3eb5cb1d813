import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Cases of one installation wait for moments of theirs, side by side.
    maxConcurrency: 60,
    // Real processes against real clocks: a stall of CI's machine may cost a test its moment once. A second failure is one of
    // ours, and what needed a second try is listed as flaky.
    retry: process.env.CI ? 2 : 0,
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
