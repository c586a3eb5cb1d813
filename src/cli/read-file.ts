/** Reads files that the user names; `-` is standard input. */
import { readFile, stat } from 'node:fs/promises';
import type { CliContext } from './context.ts';
import { CliFailure, EXIT } from './exit-codes.ts';

/** A calendar of 100,000 events has some 40 MB. */
const MAX_FILE_BYTES = 64 * 1_024 * 1_024;

function tooLarge(file: string): CliFailure {
  const detail = `${file === '-' ? 'the input' : file} is larger than ${MAX_FILE_BYTES / 1_024 / 1_024} MB: import it in parts`;
  return new CliFailure(EXIT.usage, { title: 'Cannot read the file', code: 'usage', detail });
}

const WHY: Record<string, (file: string) => string> = {
  ENOENT: (file) => `there is no file ${file}`,
  ENOTDIR: (file) => `there is no file ${file}`,
  EISDIR: (file) => `${file} is a folder: name a file in it`,
  EACCES: (file) => `you have no right to read ${file}`,
};

/** @throws CliFailure if it cannot be read, or is larger than 64 MB */
export async function readBytes(file: string, context: CliContext): Promise<Uint8Array> {
  if (file !== '-') {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MAX_FILE_BYTES) throw tooLarge(file);
    return readFile(file).catch((error: NodeJS.ErrnoException) => {
      const detail = WHY[error.code ?? '']?.(file) ?? `${file} (${error.code ?? 'unreadable'})`;
      throw new CliFailure(EXIT.usage, { title: 'Cannot read the file', code: 'usage', detail });
    });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.io.stdin) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    size += chunk.length;
    if (size > MAX_FILE_BYTES) throw tooLarge(file);
  }
  return Buffer.concat(chunks);
}

/** As UTF-8, without a byte order mark. @throws CliFailure */
export async function readTextFile(file: string, context: CliContext): Promise<string> {
  const bytes = await readBytes(file, context);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const detail = `${file === '-' ? 'the input' : file} is not UTF-8 text: save it as UTF-8`;
    throw new CliFailure(EXIT.usage, { title: 'Cannot read the file', code: 'usage', detail });
  }
}
