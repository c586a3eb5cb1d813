import { expect, test } from 'vitest';
import { cursorOf, readCursor } from '../../src/page-cursor.ts';

test('a cursor names the place that it was made of', () => {
  expect(readCursor(cursorOf(1_764_300_000_000, 'bc_3f2a9c51'))).toEqual({ at: 1_764_300_000_000, id: 'bc_3f2a9c51' });
});

test.each(['', 'x', Buffer.from('now:bc_1').toString('base64url'), Buffer.from('1:').toString('base64url')])(
  'refuses %j, and says what a cursor is',
  (cursor) => {
    const message = `must be the nextCursor of an earlier page, got "${cursor}"`;
    expect(() => readCursor(cursor)).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        errors: [expect.objectContaining({ path: 'cursor', message })],
      }),
    );
  },
);
