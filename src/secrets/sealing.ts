import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Encrypts small secrets (stream keys) for storage. */
export interface Sealer {
  /** Different text each time, of the form `v1.<key id>.<nonce>.<ciphertext and tag>`. */
  seal(plain: string): string;
  /** Throws `SealError` when the key is missing or the text was changed; the message shows no secret. */
  open(sealed: string): string;
}

export class SealError extends Error {
  override readonly name = 'SealError';
}

const VERSION = 'v1';
const KEY_BYTES = 32;
/** NIST SP 800-38D: 96-bit nonces, 128-bit tags. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM. `key` (32 bytes) seals; it and `oldKeys` unseal, each known by the first 8 hex digits of its SHA-256, so
 * that keys can be changed while sealed texts of the old one are still about.
 */
export function createSealer(key: Buffer, oldKeys: Buffer[] = []): Sealer {
  for (const each of [key, ...oldKeys]) {
    if (each.length !== KEY_BYTES) throw new SealError(`expected a key of ${KEY_BYTES} bytes, got ${each.length}`);
  }
  const keys = new Map([...oldKeys, key].map((each) => [keyId(each), each]));
  const current = keyId(key);
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const head = `${VERSION}.${current}.${nonce.toString('base64url')}`;
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(head));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${head}.${body.toString('base64url')}`;
    },
    open(sealed) {
      const [version, id = '', nonce = '', body = '', ...rest] = sealed.split('.');
      if (version !== VERSION || rest.length > 0) throw new SealError('this is not sealed text');
      const used = keys.get(id);
      if (!used)
        throw new SealError(
          `sealed with the key ${id}, which is neither SECRETS_KEY (${current}) nor in SECRETS_KEY_FORMER`,
        );
      return decrypt(
        used,
        `${version}.${id}.${nonce}`,
        Buffer.from(nonce, 'base64url'),
        Buffer.from(body, 'base64url'),
      );
    },
  };
}

function decrypt(key: Buffer, head: string, nonce: Buffer, body: Buffer): string {
  if (nonce.length !== NONCE_BYTES || body.length < TAG_BYTES) throw new SealError('the sealed text is cut short');
  const tag = body.subarray(body.length - TAG_BYTES);
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, options).setAAD(Buffer.from(head)).setAuthTag(tag);
  try {
    return decipher.update(body.subarray(0, body.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new SealError('the sealed text was changed');
  }
}

function keyId(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
