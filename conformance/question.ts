import { createInterface, type Interface } from 'node:readline';

/** Asks a person on the terminal, or whatever writes to stdin. The end of stdin is a no. */
export class Questioner {
  readonly #input: Interface;
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string | null) => void)[] = [];
  #ended = false;
  #all: boolean;

  constructor(all: boolean) {
    this.#all = all;
    this.#input = createInterface({ input: process.stdin });
    this.#input.on('line', (line) => {
      const next = this.#waiting.shift();
      if (next) next(line);
      else this.#lines.push(line);
    });
    this.#input.on('close', () => {
      this.#ended = true;
      for (const next of this.#waiting.splice(0)) next(null);
    });
  }

  /** Asks for permission. */
  async may(what: string): Promise<boolean> {
    if (this.#all) return true;
    process.stderr.write(`${what}\nGo on? [y]es, [n]o, [a]ll: `);
    const answer = (await this.#line())?.trim().toLowerCase() ?? '';
    if (answer.startsWith('a')) this.#all = true;
    return answer.startsWith('y') || answer.startsWith('a');
  }

  close(): void {
    this.#input.close();
  }

  #line(): Promise<string | null> {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    return this.#ended ? Promise.resolve(null) : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
