import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError } from "../errors.js";

/**
 * The tags of operations, by which they can be interrupted. They belong to an async context and to all that it
 * starts, as PySpark's tags belong to a thread. A context's set is never changed, only replaced, so work that the
 * context started before keeps its tags.
 */
export class OperationTags {
  readonly #storage = new AsyncLocalStorage<ReadonlySet<string>>();

  constructor() {
    // Node 20 tracks async contexts only after the first use. Code that already runs would share one context.
    this.#storage.run(new Set(), () => undefined);
  }

  /** The tags of the current async context. */
  current(): readonly string[] {
    return [...(this.#storage.getStore() ?? [])];
  }

  /** @throws {ArgumentError} the tag is not a string, is empty or contains a comma */
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
   * Runs work and all that it starts with these additional tags. Tags that the work adds or removes do not affect
   * the caller.
   *
   * @throws {ArgumentError} a tag is not a string, is empty or contains a comma
   */
  with<T>(tags: readonly string[], work: () => T): T {
    if (!Array.isArray(tags)) {
      throw new ArgumentError("tags", 'tags must be an array of strings, such as ["nightly"].');
    }
    return this.#storage.run(new Set([...this.current(), ...tags.map(checkTag)]), work);
  }

  /** Runs work and all that it starts without the tags of the current async context. */
  isolated<T>(work: () => T): T {
    return this.#storage.run(new Set(), work);
  }
}

/** Checks a tag. Spark joins tags with commas. */
export function checkTag(tag: string): string {
  // JavaScript callers may pass any type.
  const isText = typeof (tag as unknown) === "string";
  if (!isText || tag === "" || tag.includes(",") || !tag.isWellFormed()) {
    throw new ArgumentError(
      "tag",
      `A tag must be a non-empty string of valid Unicode without commas, got ${isText ? JSON.stringify(tag) : typeof tag}.`,
    );
  }
  return tag;
}
