/** Keeps a late answer from replacing a newer one. */
export class AnswerOrder {
  #asked = 0;
  #shown = 0;

  /** Call it when you send a request. The function it returns says, once the answer is there, whether you may show it. */
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
