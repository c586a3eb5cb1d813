import { expect, it } from 'vitest';
import { idOfToken, newToken, openedBy } from '../../../src/secrets/access-token.ts';

it('a token names its id to its own kind only, and opens its own record only', async () => {
  const [one, other] = [newToken('lsk'), newToken('lsk')];
  expect(one.token).toMatch(new RegExp(`^lsk_${one.id}_[\\w-]{43}$`));
  expect(idOfToken('lsk', one.token)).toBe(one.id);
  expect(idOfToken('lsf', one.token)).toBeNull();
  expect(idOfToken('lsk', `${one.token}x`)).toBeNull();
  const record = { hash: Buffer.from(one.hash, 'hex') };
  expect(await openedBy('lsk', one.token, async () => record)).toBe(record);
  expect(await openedBy('lsk', other.token, async () => record)).toBeNull();
  expect(await openedBy('lsk', one.token, async () => null)).toBeNull();
});
