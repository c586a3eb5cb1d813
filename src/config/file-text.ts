import { readFileSync } from 'node:fs';

/** Why a file given by the user cannot be read; the message ends the sentence `got "x": …`. */
export class FileTextError extends Error {
  override readonly name = 'FileTextError';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/**
 * The text of a file of settings, as Notepad and PowerShell write it too: UTF-8 or UTF-16 with a byte order mark (which is
 * removed), or plain UTF-8.
 * @throws FileTextError when it cannot be read or is not text
 */
export function fileText(path: string): string {
  try {
    return textOf(readFileSync(path));
  } catch (error) {
    if (error instanceof FileTextError) throw error;
    throw new FileTextError(reasonOf(error));
  }
}

/** @throws FileTextError when the bytes are not text */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new FileTextError('it is not text in UTF-8');
  }
  if (text.includes('\0')) throw new FileTextError('it is not text in UTF-8 (UTF-16 needs a byte order mark)');
  return text;
}

/** The error in words, with Node's code. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return REASONS[code] ? `${REASONS[code]} (${code})` : `it cannot be read (${code})`;
}
