import { AsyncLocalStorage } from "node:async_hooks";
import type { QueryRun } from "../plan/streaming-command.js";

/** A query that runs already and stands in for the next one that is started. */
interface Adoption {
  run: QueryRun | undefined;
}

const storage = new AsyncLocalStorage<Adoption>();

/**
 * Runs `start` so that the first query it starts is not started anew: the one that runs already is
 * returned in its place, with its TypeScript callback bound again.
 */
export function adopting<T>(run: QueryRun, start: () => Promise<T>): Promise<T> {
  return storage.run({ run }, start);
}

/** The query that stands in for the one about to be started here; each is given once. */
export function takeAdopted(): QueryRun | undefined {
  const adoption = storage.getStore();
  const run = adoption?.run;
  if (adoption !== undefined) adoption.run = undefined;
  return run;
}
