import { describe, expect, it } from 'vitest';
import { readPart, readSourceZones } from '../../../src/cli/source-options.ts';

describe('--brake', () => {
  it.each([
    ['20%', 0.2],
    ['0.2', 0.2],
    ['.2', 0.2],
    ['12.5 %', 0.125],
    [' 0% ', 0],
    ['0', 0],
    ['100%', 1],
    ['1', 1],
    ['1.0', 1],
  ])('%s is %d', (text, part) => expect(readPart(text)).toBe(part));

  it.each(['100.1%', '101%', '1.01', '20', '-1%', '-0.1', '', '%', '20%%', 'a fifth', '1e-1', '0,2', 'NaN'])(
    'refuses %s',
    (text) => expect(() => readPart(text)).toThrow(`--brake: expected 0% to 100%, or 0 to 1, got "${text}"`),
  );
});

describe('--timezone of a source', () => {
  const context = { zone: (given?: string) => `${given}!` };
  const read = (given: string[], former?: Record<string, string>) => readSourceZones(given, context, former);
  it('is a zone, or what names of zones mean', () => {
    expect(read(['Europe/Berlin'])).toEqual({ timezone: 'Europe/Berlin!' });
    expect(read(['BST=Europe/London', '(UTC+01:00) Berlin, Paris = Europe/Paris'])).toEqual({
      zones: { BST: 'Europe/London!', '(UTC+01:00) Berlin, Paris': 'Europe/Paris!' },
    });
    expect(read(['none', 'X=none', 'y=Asia/Tokyo'], { x: 'Asia/Dhaka', Y: 'Asia/Dhaka', z: 'Asia/Dubai' })).toEqual({
      timezone: null,
      zones: { z: 'Asia/Dubai', y: 'Asia/Tokyo!' },
    });
  });
  it('refuses two zones, and a meaning without a name', () => {
    expect(() => read(['Europe/Berlin', 'Europe/Paris'])).toThrow('got Europe/Berlin and Europe/Paris');
    expect(() => read(['=Europe/Berlin'])).toThrow('expected NAME=ZONE');
  });
});
