import { describe, expect, it } from 'vitest';
import { helpText, parseBenchArguments } from '../../../bench/support/arguments.ts';

const parse = (...argv: string[]) => parseBenchArguments(argv, ['herd', 'random'], ['bullmq', 'pg-boss']);

describe('parseBenchArguments', () => {
  it('measures everything three times when nothing is said', () => {
    expect(parse()).toMatchObject({
      only: [],
      against: [],
      json: null,
      help: false,
      sizes: { rounds: 3, herd: 5_000 },
    });
  });

  it('takes names several times and with commas', () => {
    expect(parse('--only', 'herd,random', '--against', 'bullmq', '--against', 'pg-boss')).toMatchObject({
      only: ['herd', 'random'],
      against: ['bullmq', 'pg-boss'],
    });
  });

  it('lets a number stand beside --quick', () => {
    expect(parse('--quick', '--rounds', '2', '--stored', '300000').sizes).toMatchObject({
      ...{ rounds: 2, stored: 300_000, herd: 500 },
    });
  });

  it('names every mistake at once', () => {
    expect(() => parse('--only', 'all', '--against', 'cron', '--rounds', '0', '--stored', 'many')).toThrow(
      [
        '--rounds must be a whole number from 1 to 100, got 0',
        '--stored must be a whole number from 0 to 5000000, got many',
        '--only must be one of herd, random, got all',
        '--against must be one of bullmq, pg-boss, got cron',
      ].join('\n'),
    );
  });

  it('refuses an option that it does not know', () => {
    expect(() => parse('--round', '3')).toThrow(/--round/);
  });
});

it('lists rows and others in the help', () => {
  const text = helpText(
    [{ name: 'herd', title: 'Starts at one instant' }],
    [{ name: 'bullmq', title: 'delayed jobs' }],
  );
  expect(text).toContain('  herd                Starts at one instant\n');
  expect(text).toContain('  bullmq              delayed jobs\n');
});
