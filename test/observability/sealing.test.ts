import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealError } from '../../src/observability/sealing.ts';

describe('createSealer', () => {
  const key = randomBytes(32);

  it('gives back what it sealed, and never the same text twice', () => {
    const sealer = createSealer(key);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (plain) => {
        const sealed = sealer.seal(plain.toWellFormed());
        expect(sealer.unseal(sealed)).toBe(plain.toWellFormed());
        expect(sealer.seal(plain.toWellFormed())).not.toBe(sealed);
      }),
    );
  });

  it('opens what an old key sealed, and seals with the new one', () => {
    const old = createSealer(key).seal('stream-key');
    const next = randomBytes(32);
    expect(createSealer(next, [key]).unseal(old)).toBe('stream-key');
    expect(() => createSealer(next).unseal(old)).toThrow(/SECRETS_KEY/);
    expect(createSealer(next).unseal(createSealer(next, [key]).seal('x'))).toBe('x');
  });

  it('refuses a text that was changed in any place', () => {
    const sealed = createSealer(key).seal('stream-key');
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
      expect(() => createSealer(key).unseal(changed), `place ${at}`).toThrow(SealError);
    }
    expect(() => createSealer(key).unseal(sealed.slice(0, -10))).toThrow(SealError);
  });

  it('takes keys of 32 bytes only', () => {
    expect(() => createSealer(randomBytes(16))).toThrow(SealError);
  });
});
