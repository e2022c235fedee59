import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError } from "../errors.js";

/**
 * The tags that operations carry, by which they can be interrupted. They belong to the async context
 * that added them and to what is started from it, as PySpark's belong to a thread.
 */
export class OperationTags {
  readonly #storage = new AsyncLocalStorage<ReadonlySet<string>>();

  constructor() {
    // Node 20 follows async contexts only from the first use on: what runs already would be one context.
    this.#storage.run(new Set(), () => undefined);
  }

  /** The tags of the current async context. */
  current(): readonly string[] {
    return [...(this.#storage.getStore() ?? [])];
  }

  /** @throws {ArgumentError} the tag is empty or holds a comma */
  add(tag: string): void {
    this.#storage.enterWith(new Set([...this.current(), checkTag(tag)]));
  }

  remove(tag: string): void {
    checkTag(tag);
    this.#storage.enterWith(new Set(this.current().filter((other) => other !== tag)));
  }

  clear(): void {
    this.#storage.enterWith(new Set());
  }

  /** Runs work, and whatever it starts, without the tags of the current async context. */
  isolated<T>(work: () => T): T {
    return this.#storage.run(new Set(), work);
  }
}

/** Spark joins tags with commas. */
export function checkTag(tag: string): string {
  if (tag === "" || tag.includes(",")) {
    throw new ArgumentError("tag", "A tag must not be empty and must not hold a comma.");
  }
  return tag;
}
