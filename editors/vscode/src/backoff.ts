// After how long a program that died is started again, and when no more.

const WITHIN = 180_000;
const MOST = 5;

/** The deaths of late. */
export class Backoff {
  #deaths: number[] = [];

  /** It died now: the pause before the next start in milliseconds; none: it is not started again. */
  died(now: number): number | undefined {
    this.#deaths = this.#deaths.filter((death) => now - death < WITHIN);
    this.#deaths.push(now);
    return this.#deaths.length < MOST ? 500 * 2 ** (this.#deaths.length - 1) : undefined;
  }

  /** A person asked for a new start. */
  forget(): void {
    this.#deaths = [];
  }
}
