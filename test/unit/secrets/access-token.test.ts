import { expect, it } from 'vitest';
import { hasHash, idOfToken, newToken } from '../../../src/secrets/access-token.ts';

it('a token names its id to its own kind only, and has its own hash only', () => {
  const [one, other] = [newToken('lsk'), newToken('lsk')];
  expect(one.token).toMatch(new RegExp(`^lsk_${one.id}_[\\w-]{43}$`));
  expect(idOfToken('lsk', one.token)).toBe(one.id);
  expect(idOfToken('lsf', one.token)).toBeNull();
  expect(idOfToken('lsk', `${one.token}x`)).toBeNull();
  expect(hasHash(one.token, Buffer.from(one.hash, 'hex'))).toBe(true);
  expect(hasHash(other.token, Buffer.from(one.hash, 'hex'))).toBe(false);
});
