/** Splits the bytes of a file into lines, in any encoding and with bounded memory. */
import { isUtf8 } from 'node:buffer';

/** Windows-1252 where it differs from Latin-1 (control characters). Some Node releases decode it wrongly (nodejs/node#56542). */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
/** Maximum length of an unfolded line. Drops the rest: an attachment in a calendar can take megabytes. */
const MAX_LINE_BYTES = 256 * 1_024;
const LF = 0x0a;
const CR = 0x0d;

/** UTF-8, or else Windows-1252. */
function decodeLine(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (mark) => WINDOWS_1252[mark.charCodeAt(0) - 0x80] ?? mark);
}

/** Decodes a whole file from Excel and other programs: UTF-8, UTF-16, or Windows-1252 (decided line by line). */
export function decodeText(bytes: Uint8Array): string {
  const plain = Buffer.concat([...new Utf8Bytes().read(bytes)]);
  if (isUtf8(plain)) return plain.toString('utf8');
  const lines: string[] = [];
  for (let at = 0; at < plain.length; ) {
    const end = plain.indexOf(LF, at);
    const next = end < 0 ? plain.length : end + 1;
    lines.push(decodeLine(plain.subarray(at, next)));
    at = next;
  }
  return lines.join('');
}

/** Bytes without the byte order mark; UTF-16 becomes UTF-8. */
class Utf8Bytes {
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  #isFirst = true;

  *read(bytes: Uint8Array): Generator<Buffer> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#isFirst && chunk.length > 0) {
      this.#isFirst = false;
      const encoding = encodingOf(chunk);
      if (encoding !== null) this.#decoder = new TextDecoder(encoding);
      else if (chunk.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return yield chunk.subarray(3);
    }
    yield this.#decoder ? Buffer.from(this.#decoder.decode(chunk, { stream: true })) : chunk;
  }
}

/** Detects UTF-16 by its mark, or by the zero bytes of its ASCII; null: another encoding. */
function encodingOf(chunk: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [a, b, c, d] = chunk;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? 'utf-16be' : null;
}

/** Lines of a calendar. Joins folds before decoding the bytes, since a fold may split a character (RFC 5545, 3.1). */
export class UnfoldedLines {
  readonly #onLine: (text: string, line: number) => void;
  readonly #bytes = new Utf8Bytes();
  /** The end of the last chunk: an incomplete line. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #line = 0;
  #first = 0;

  /** @param onLine receives each line and its number in the file, from 1 */
  constructor(onLine: (text: string, line: number) => void) {
    this.#onLine = onLine;
  }

  push(bytes: Uint8Array): void {
    for (const chunk of this.#bytes.read(bytes)) {
      let at = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, at)) {
        this.#keep(chunk.subarray(at, end));
        this.#physical(Buffer.concat(this.#rest));
        this.#rest = [];
        this.#restBytes = 0;
        at = end + 1;
      }
      // Copy it: the caller may reuse the chunk.
      if (at < chunk.length) this.#keep(Buffer.from(chunk.subarray(at)));
    }
  }

  end(): void {
    if (this.#rest.length > 0) this.#physical(Buffer.concat(this.#rest));
    this.#rest = [];
    this.#flush();
  }

  #keep(part: Buffer): void {
    if (this.#restBytes < MAX_LINE_BYTES) this.#rest.push(part);
    this.#restBytes += part.length;
  }

  /** Lines end in CR LF or LF, in files of old programs in CR alone. */
  #physical(bytes: Buffer): void {
    let last = bytes.length;
    while (last > 0 && bytes[last - 1] === CR) last -= 1;
    for (let at = 0; at <= last; ) {
      const end = bytes.indexOf(CR, at);
      const to = end < 0 || end > last ? last : end;
      this.#add(bytes.subarray(at, to));
      at = to + 1;
    }
  }

  #add(bytes: Buffer): void {
    this.#line += 1;
    if (bytes[0] === 0x20 || bytes[0] === 0x09) {
      if (this.#partBytes < MAX_LINE_BYTES) this.#parts.push(bytes.subarray(1));
      this.#partBytes += bytes.length;
      return;
    }
    this.#flush();
    this.#parts = [bytes];
    this.#partBytes = bytes.length;
    this.#first = this.#line;
  }

  #flush(): void {
    const whole = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    if (whole.length > 0) this.#onLine(decodeLine(whole).replace(/^\ufeff/, ''), this.#first);
  }
}
