/** Keeps a repeated request (a double click, a lost answer) from acting twice. A different request gets a different key. */
export class RequestKey {
  #body = '';
  #key = '';

  /** Returns the headers of this request. The same body gets the same key until `done`. */
  of(body: unknown): { 'Idempotency-Key': string } {
    const text = JSON.stringify(body);
    if (this.#key === '' || this.#body !== text) {
      // `randomUUID` needs a secure context, which a page on a local network may not be.
      this.#key = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-');
      this.#body = text;
    }
    return { 'Idempotency-Key': this.#key };
  }

  /** The request was answered: sending the same body again is a new request. */
  done(): void {
    this.#key = '';
  }
}
