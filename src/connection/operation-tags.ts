import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError } from "../errors.js";

/**
 * The tags that operations carry, by which they can be interrupted. They belong to an async context and to what
 * is started from it, as PySpark's belong to a thread. A context's set is never changed, only replaced: what was
 * started from the context before keeps its own.
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

  /** @throws {ArgumentError} the tag is not text, is empty or holds a comma */
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

  /**
   * Runs work, and whatever it starts, with these tags too. What the work adds or removes stays in it.
   *
   * @throws {ArgumentError} a tag is not text, is empty or holds a comma
   */
  with<T>(tags: readonly string[], work: () => T): T {
    if (!Array.isArray(tags)) {
      throw new ArgumentError("tags", 'tags must be an array of tags, like ["nightly"].');
    }
    return this.#storage.run(new Set([...this.current(), ...tags.map(checkTag)]), work);
  }

  /** Runs work, and whatever it starts, without the tags of the current async context. */
  isolated<T>(work: () => T): T {
    return this.#storage.run(new Set(), work);
  }
}

/** Spark joins tags with commas. */
export function checkTag(tag: string): string {
  // Callers without types pass anything.
  const isText = typeof (tag as unknown) === "string";
  if (!isText || tag === "" || tag.includes(",") || !tag.isWellFormed()) {
    throw new ArgumentError(
      "tag",
      `A tag must be text that is not empty, has no comma and is valid Unicode, got ${isText ? JSON.stringify(tag) : typeof tag}.`,
    );
  }
  return tag;
}
