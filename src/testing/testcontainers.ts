/** Loads the user's testcontainers package. Its version can differ, and it may be missing. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Testcontainers from "testcontainers";
import { SparkError } from "../errors.js";

/** The exports that sparktide uses. All versions since 10 have them. */
type Used = Pick<
  typeof Testcontainers,
  "AbstractStartedContainer" | "GenericContainer" | "ImageName" | "getContainerRuntimeClient"
>;

/**
 * Loads testcontainers. The classes of `sparktide/testing` extend its classes, so this happens when
 * `sparktide/testing` is imported.
 *
 * @throws {SparkError} MISSING_DEPENDENCY: it is not installed, needs another Node, or is too old
 */
export function loadTestcontainers(load: () => unknown = requireTestcontainers): Used {
  let loaded: Partial<Used>;
  try {
    loaded = load() as Partial<Used>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw missing(
      code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND"
        ? "is not installed"
        : `Node ${process.versions.node} cannot load (${message}); version 12 needs Node 22`,
      error,
    );
  }
  const { GenericContainer, getContainerRuntimeClient } = loaded;
  if (typeof GenericContainer !== "function" || typeof getContainerRuntimeClient !== "function")
    throw missing("is older here");
  return loaded as Used;
}

/** Loads the package with require(), because a failing static import cannot give advice. */
function requireTestcontainers(): unknown {
  // In a bundle, import.meta.url may be undefined.
  const url = import.meta.url as string | undefined;
  return createRequire(url ?? join(process.cwd(), "index.js"))("testcontainers");
}

function missing(problem: string, cause?: unknown): SparkError {
  return new SparkError(
    "MISSING_DEPENDENCY",
    `sparktide/testing needs the package testcontainers, version 10 or newer, which ${problem}. Run npm install -D testcontainers@11`,
    { cause },
  );
}

const testcontainers = loadTestcontainers();

export const AbstractStartedContainer: Used["AbstractStartedContainer"] =
  testcontainers.AbstractStartedContainer;
export const GenericContainer: Used["GenericContainer"] = testcontainers.GenericContainer;
export const ImageName: Used["ImageName"] = testcontainers.ImageName;
export const getContainerRuntimeClient: Used["getContainerRuntimeClient"] =
  testcontainers.getContainerRuntimeClient;
