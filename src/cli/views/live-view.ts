/** A block of text that redraws itself in place on a terminal. */

/** Clears the last drawn lines: moves up to the first column and clears to the end. */
const UP = (lines: number) => (lines > 0 ? `\u001b[${lines}A\r\u001b[J` : '');
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

export class LiveView {
  readonly #write: (text: string) => void;
  readonly #rows: () => number | undefined;
  #drawn = 0;
  #last = '';

  /** @param rows height of the terminal: a taller block could not be cleared, so it is cut off */
  constructor(write: (text: string) => void, rows: () => number | undefined) {
    this.#write = write;
    this.#rows = rows;
  }

  /** Replaces the last block; lines must not be wider than the terminal. */
  draw(text: string): void {
    const lines = text.replace(/\n$/, '').split('\n');
    const shown = lines.slice(0, Math.max(1, (this.#rows() ?? Number.POSITIVE_INFINITY) - 1));
    const frame = shown.join('\n');
    if (frame === this.#last) return;
    // One write per frame, to avoid flicker.
    this.#write(`${HIDE_CURSOR}${UP(this.#drawn)}${frame}\n`);
    this.#last = frame;
    this.#drawn = shown.length;
  }

  /** Leaves the last frame on the terminal. */
  end(): void {
    this.#write(SHOW_CURSOR);
  }
}
