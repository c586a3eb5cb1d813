/** Keeps an answer that comes late from taking the place of a newer one. */
export class AnswerOrder {
  #asked = 0;
  #shown = 0;

  /** Called when something is asked. What it returns says, once the answer is there, whether it may be shown. */
  ask(): () => boolean {
    this.#asked += 1;
    const place = this.#asked;
    return () => {
      if (place < this.#shown) return false;
      this.#shown = place;
      return true;
    };
  }
}
