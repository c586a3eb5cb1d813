/** The same request sent again, by a double press or after a lost answer, must not do it twice; another one is another. */
export class RequestKey {
  #body = '';
  #key = '';

  /** The headers of this request: until `done`, the same for the same body. */
  of(body: unknown): { 'Idempotency-Key': string } {
    const text = JSON.stringify(body);
    if (this.#key === '' || this.#body !== text) {
      // `randomUUID` is for secure contexts only, and a page in a local network may be none.
      this.#key = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
      this.#body = text;
    }
    return { 'Idempotency-Key': this.#key };
  }

  /** It was answered: who asks for the same now means it once more. */
  done(): void {
    this.#key = '';
  }
}
