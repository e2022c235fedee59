import { jsonText, type PollGroup } from "./poll-steps.js";

/** A poll that continues with the next batch if that batch starts where the last one ended. */
export class OpenPoll {
  readonly #groups: AsyncGenerator<PollGroup, void, undefined>;
  /** Groups that were read, but did not fit into a batch. */
  #kept: readonly PollGroup[] = [];
  #at: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number = Date.now();
  /** Whether the code has yielded everything. */
  hasEnded = false;

  constructor(groups: AsyncGenerator<PollGroup, void, undefined>, since: unknown) {
    this.#groups = groups;
    this.#at = jsonText(since);
  }

  /** Whether the next group follows this position. */
  isAt(position: unknown): boolean {
    const hasMore = !this.hasEnded || this.#kept.length > 0;
    return hasMore && this.#at === jsonText(position);
  }

  /** Groups with at least `most` rows, or up to a step or the end of the poll. */
  async take(most: number): Promise<readonly PollGroup[]> {
    const taken: PollGroup[] = [];
    let rows = 0;
    while (rows < most) {
      const group = await this.#next();
      if (group === undefined) break;
      taken.push(group);
      rows += group.rows.length;
      if (group.isStep) break;
    }
    return taken;
  }

  /** Keeps groups for the next batch, which starts at `position`. */
  keep(groups: readonly PollGroup[], position: unknown): void {
    this.#kept = [...groups, ...this.#kept];
    this.#at = jsonText(position);
  }

  /** Ends the user's code at its next `yield`, without waiting for it. */
  close(): void {
    this.#groups.return().catch(() => undefined);
  }

  async #next(): Promise<PollGroup | undefined> {
    const [first, ...others] = this.#kept;
    if (first !== undefined) {
      this.#kept = others;
      return first;
    }
    if (this.hasEnded) return undefined;
    const next = await this.#groups.next();
    this.hasEnded = next.done === true;
    return next.done === true ? undefined : next.value;
  }
}
