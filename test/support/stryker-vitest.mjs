// What Stryker runs for each of its mutants: the tests of the rules and a short model, with histories that are always the same.
export default {
  test: {
    include: ['test/unit/broadcasts/rules/*.test.ts', 'test/proof/model/*.test.ts'],
    env: { MODEL_RUNS: '30', MODEL_SEED: '7' },
    testTimeout: 20_000,
  },
};
