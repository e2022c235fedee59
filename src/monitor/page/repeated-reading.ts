/** Reads something when it is requested, but not more often than allowed, and never twice at the same time. */
export class RepeatedReading {
  readonly #everyMs: number;
  readonly #read: (signal: AbortSignal) => Promise<void>;
  readonly #abort = new AbortController();
  #startedAt = -Infinity;
  #isReading = false;
  #requests = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param read must not throw */
  constructor(everyMs: number, read: (signal: AbortSignal) => Promise<void>) {
    this.#everyMs = everyMs;
    this.#read = read;
  }

  /** Reads as soon as that is allowed. */
  request(): void {
    this.#requests++;
    if (this.#isReading || this.#timer !== undefined || this.#abort.signal.aborted) return;
    const wait = Math.max(0, this.#startedAt + this.#everyMs - Date.now());
    this.#timer = setTimeout(() => {
      void this.#run();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#startedAt = Date.now();
    this.#isReading = true;
    const requests = this.#requests;
    await this.#read(this.#abort.signal);
    this.#isReading = false;
    if (this.#requests !== requests) this.request();
  }
}
