import { SeededRandom } from "../../support/seeded-random.js";

/** Random choices of a generator: the same seeds give the same choices. */
export class RandomChoices {
  readonly #random: SeededRandom;

  constructor(...seeds: readonly number[]) {
    this.#random = new SeededRandom(...seeds);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** An integer; both ends are included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  /** One of the items; undefined if the list is empty. */
  of<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random.next() * items.length)];
  }

  /** One of the items. There must be one at least. */
  one<T>(items: readonly [T, ...T[]]): T {
    return this.of(items) ?? items[0];
  }

  /** From `min` to `max` different items in random order, or fewer if there are not enough. */
  some<T>(items: readonly T[], min: number, max: number): readonly T[] {
    return this.#random.shuffled(items).slice(0, this.integer(min, max));
  }
}
