/** Asks for confirmation of anything that is easily a mistake. */
import type { CliContext } from './context.ts';
import { CliFailure, EXIT, usageFailure } from './exit-codes.ts';

/** Maximum length of an answer, in characters. */
const MAX_ANSWER = 100;

/**
 * Returns if the answer is yes, or `--yes` was given. Without a terminal nobody can answer, so `--yes` is required.
 * @param what what would happen, as a sentence without its full stop; used in the question and in the error.
 * @param instead alternatives, one per line.
 * @throws CliFailure usage (2) without a terminal; failed (1) if the answer is not yes.
 */
export async function confirm(
  what: string,
  yes: boolean | undefined,
  context: CliContext,
  instead: readonly string[] = [],
): Promise<void> {
  if (yes) return;
  const { io } = context;
  if (!io.stdinIsTTY || context.json) {
    throw usageFailure(`${what}. There is no terminal to confirm it, so nothing was done`, [
      'to confirm, run it again with --yes',
      ...instead,
    ]);
  }
  io.stderr.write(instead.map((line) => `${line}\n`).join(''));
  io.stderr.write(`${what}. Go on? [y/N] `);
  if (/^y(es)?$/i.test((await readLine(io.stdin)).trim())) return;
  throw new CliFailure(EXIT.failed, { title: 'Nothing was done', code: 'declined' });
}

async function readLine(input: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n') || text.length > MAX_ANSWER) break;
  }
  return text.split('\n')[0] ?? '';
}
