import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../src/observability/redaction.ts';

describe('secret values in a line', () => {
  const redact = createRedactor([
    'secret-1',
    'cret-1-longer',
    'secret-1-and-more',
    'short',
    'with "quotes"',
    'a/b?c=d&e',
  ]);

  it.each([
    ['alone', 'secret-1', '***'],
    ['several, side by side', 'secret-1secret-1 x secret-1', '****** x ***'],
    ['the longer of two that begin alike', 'a secret-1-and-more.', 'a ***.'],
    ['the shorter one where the longer is cut', 'secret-1-and-mor', '***-and-mor'],
    ['as JSON has it', JSON.stringify({ key: 'with "quotes"' }), '{"key":"***"}'],
    ['as an address has it', `?next=${encodeURIComponent('a/b?c=d&e')}`, '?next=***'],
    ['one that begins inside another', 'my secret-1-longer', 'my ***'],
    ['none', 'secret-2 and short words', 'secret-2 and short words'],
    ['less than the shortest', 'secre', 'secre'],
  ])('are masked: %s', (_what, line, masked) => {
    expect(redact(line)).toBe(masked);
  });

  it('are found among those of thousands of accounts', () => {
    const many = createRedactor(Array.from({ length: 5_000 }, (_, i) => `token-of-account-${i}`));
    expect(many('token-of-account-12345, token-of-account-7! token-of-account-')).toBe('***5, ***! token-of-account-');
  });
});
