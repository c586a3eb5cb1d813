import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ID_LENGTH, randomId } from '../random-id.ts';

/** `<prefix>_<id>_<256 random bits>`: the id finds the record, so that only one hash is compared. */
const TOKEN = new RegExp(`^([a-z]+)_([0-9a-z]{${ID_LENGTH}})_[\\w-]{43}$`);

/** A new token, shown once; only its hash is stored. */
export interface NewToken {
  id: string;
  token: string;
  /** SHA-256 in hex. */
  hash: string;
}

/** @param prefix lower-case letters: what the token is for */
export function newToken(prefix: string): NewToken {
  const id = randomId();
  const token = `${prefix}_${id}_${randomSecret()}`;
  return { id, token, hash: hashOf(token).toString('hex') };
}

/** The id in a token of this prefix; null when the text is not one. */
export function idOfToken(prefix: string, token: string): string | null {
  const [, found, id] = TOKEN.exec(token) ?? [];
  return found === prefix && id !== undefined ? id : null;
}

/** The record that a token opens; null when it is wrong, or its record was deleted. The hashes are compared in constant time. */
export async function openedBy<Found extends { hash: Buffer }>(
  prefix: string,
  token: string,
  read: (id: string) => Promise<Found | null>,
): Promise<Found | null> {
  const id = idOfToken(prefix, token);
  const found = id === null ? null : await read(id);
  return found && hasHash(token, found.hash) ? found : null;
}

function hasHash(token: string, hash: Buffer): boolean {
  return timingSafeEqual(hash, hashOf(token));
}

/** 256 random bits, base64url. */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256. A slow hash would add nothing: nobody can guess 256 random bits. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
