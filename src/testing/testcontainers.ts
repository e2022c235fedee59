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
 * Loads testcontainers.
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
    `SparkConnectContainer needs the package testcontainers, version 10 or newer, which ${problem}. Run npm install -D testcontainers@11`,
    { cause },
  );
}

let loaded: Used | undefined;

/** The exports of testcontainers, loaded at the first call. */
export function testcontainers(): Used {
  return (loaded ??= loadTestcontainers());
}

type Constructor = (abstract new (...args: never[]) => object) & { readonly prototype: object };

/**
 * A base class that becomes the real one when the first instance is made. So importing `sparktide/testing` neither needs
 * testcontainers nor waits half a second for it.
 */
function onFirstInstance<C extends Constructor>(load: () => C): C {
  function Base(...args: unknown[]): object {
    const real = load();
    Object.setPrototypeOf(Base, real);
    Object.setPrototypeOf(Base.prototype as object, real.prototype);
    return Reflect.construct(real, args, new.target as () => unknown) as object;
  }
  return Base as unknown as C;
}

export const AbstractStartedContainer: Used["AbstractStartedContainer"] = onFirstInstance(
  () => testcontainers().AbstractStartedContainer,
);
export const GenericContainer: Used["GenericContainer"] = onFirstInstance(
  () => testcontainers().GenericContainer,
);
