import { test } from 'vitest';
import { compareWithLibrary } from '../../support/properties/rule-expansion.ts';

// The long form is in test/proof/properties.test.ts.
test('a rule comes when the library says', () => compareWithLibrary(50, true));
