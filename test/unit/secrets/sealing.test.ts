import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealError } from '../../../src/secrets/sealing.ts';

describe('createSealer', () => {
  const key = randomBytes(32);

  it('gives back what it sealed, and never the same text twice', () => {
    const sealer = createSealer(key);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
        const sealed = sealer.seal(plain);
        expect(sealer.open(sealed)).toBe(plain);
        expect(sealer.seal(plain)).not.toBe(sealed);
      }),
    );
  });

  it('opens what an old key sealed, and seals with the new one', () => {
    const old = createSealer(key).seal('stream-key');
    const next = randomBytes(32);
    expect(createSealer(next, [key]).open(old)).toBe('stream-key');
    expect(() => createSealer(next).open(old)).toThrow(/SECRETS_KEY/);
    expect(createSealer(next).open(createSealer(next, [key]).seal('x'))).toBe('x');
  });

  it('refuses a text that was changed in any place', () => {
    const sealed = createSealer(key).seal('stream-key');
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      expect(() => createSealer(key).open(changed), `place ${at}`).toThrow(SealError);
    }
    expect(() => createSealer(key).open(sealed.slice(0, -10))).toThrow(SealError);
  });

  it('takes keys of 32 bytes only', () => {
    expect(() => createSealer(randomBytes(16))).toThrow(SealError);
  });
});
