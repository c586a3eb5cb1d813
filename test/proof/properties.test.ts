/** The long forms of properties that test/unit checks in a moment. */
import { test } from 'vitest';
import { readHostileInput } from '../support/properties/hostile-input.ts';
import { compareWithLibrary } from '../support/properties/rule-expansion.ts';

test('300 random rules come when the library says', () =>
  compareWithLibrary(Number(process.env['RULE_RUNS'] || 300), false));

test('1,000 random inputs throw nothing but LivestreamError, each issue with a message', () => readHostileInput(1_000));
