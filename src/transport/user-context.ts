import { AsyncLocalStorage } from "node:async_hooks";
import type { Any } from "@bufbuild/protobuf/wkt";

const storage = new AsyncLocalStorage<readonly Any[]>();

/** Runs work and all that it starts with an extension in the user context of its requests. */
export function withUserContextExtension<T>(extension: Any, work: () => T): T {
  return storage.run([...userContextExtensions(), extension], work);
}

/** The extensions for the requests of the current async context. */
export function userContextExtensions(): readonly Any[] {
  return storage.getStore() ?? [];
}
