/**
 * Makes errors show where the user's program called a method. An error of Spark arrives long after the call, on
 * a stack that has only frames of this package and of Node. So the asynchronous methods of the public classes
 * capture the stack at the call, and an error shows that stack instead of its own.
 */

import { fileURLToPath } from "node:url";
import { asUserCall } from "./user-calls.js";

/** The object that `Error.captureStackTrace` filled. V8 formats the text at the first read. */
interface Captured {
  readonly stack?: string;
}

type Method = (...args: unknown[]) => unknown;
type Constructor = new (...args: never[]) => Error;

/** Frames to capture: enough to include the user's frames above those of this package. */
const CAPTURED_FRAMES = 50;
/** Node's default of `Error.stackTraceLimit`. */
const SHOWN_FRAMES = 10;
/** Most calls to keep for one error. Calls nest a few levels; one error of a lost session rejects many calls. */
const MAX_SITES = 8;

/** Runtime dependencies of this package: in our errors their frames are never the user's. */
const RUNTIME_PACKAGES =
  /[\\/]node_modules[\\/](?:@grpc[\\/]grpc-js|@bufbuild[\\/]protobuf|apache-arrow)[\\/]/;
/** A stack frame with its place: `at name (file:line:column)`, or `at file:line:column`. */
const PLACE = /^\s*at (?:async )?(?:[^(]*\()?(.*):(\d+):\d+\)?$/;
/** The places of this module: in src/, in build/modules/, and in the package's dist/. */
const OWN_PLACE =
  /^(.*[\\/])(?:(?:src|build[\\/]modules)[\\/]call-site\.[jt]s|(?<=[\\/]sparktide[\\/])dist[\\/]chunks[\\/][^\\/]+)$/;

const sites = new WeakMap<object, Captured[]>();

function capture(above: Constructor | Method): Captured | undefined {
  const limit = Error.stackTraceLimit;
  // The program switched stack traces off.
  if (typeof limit !== "number" || limit <= 0) return undefined;
  const captured: Captured = {};
  try {
    Error.stackTraceLimit = Math.max(limit, CAPTURED_FRAMES);
    Error.captureStackTrace(captured, above);
  } finally {
    Error.stackTraceLimit = limit;
  }
  return captured;
}

function framesOf(captured: Captured): readonly string[] {
  // The program may set Error.prepareStackTrace, which can return anything.
  const text: unknown = captured.stack;
  return typeof text === "string" ? text.split("\n").filter((line) => /^\s+at /.test(line)) : [];
}

/** The path of a frame's file. Frames of ES modules have a URL, unless a source map names their file. */
function placeOf(frame: string): string {
  return (PLACE.exec(frame)?.[1] ?? "").replace(/^file:\/\//, "");
}

/** The folder of this package. Null before the first search; undefined in a bundle, where it cannot be found. */
let ownFolder: string | undefined | null = null;

function findOwnFolder(): string | undefined {
  const captured = capture(findOwnFolder);
  const here = captured === undefined ? "" : placeOf(framesOf(captured)[0] ?? "");
  const [, folder] = OWN_PLACE.exec(here) ?? [];
  return folder;
}

/** Sets the folder of this package, for the command line: it always runs from the package, whatever the folder's name. */
export function setOwnFolder(url: URL): void {
  ownFolder = url.href.replace(/^file:\/\//, "");
}

function isUserFrame(frame: string): boolean {
  const place = placeOf(frame);
  if (ownFolder === null) ownFolder = findOwnFolder();
  if (place === "" || place.startsWith("node:") || place === "native") return false;
  if (RUNTIME_PACKAGES.test(place)) return false;
  if (ownFolder === undefined || !place.startsWith(ownFolder)) return true;
  return !/^(?:src|dist|build[\\/]modules)[\\/]/.test(place.slice(ownFolder.length));
}

/** A line of the user's program. */
export interface SourceLocation {
  /** The path of the file; a URL if it is not a file of this machine. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The line of the user's program that called this package. Undefined if the program switched stack traces off. */
export function userLocation(): SourceLocation | undefined {
  const captured = capture(userLocation);
  const frame = captured === undefined ? undefined : framesOf(captured).find(isUserFrame);
  const [, place, line] = frame === undefined ? [] : (PLACE.exec(frame) ?? []);
  if (place === undefined) return undefined;
  const file = place.startsWith("file://") ? fileURLToPath(place) : place;
  return { file, line: Number(line) };
}

/** The user's frames at the call; without any, the user's frames at the error; without any, all frames. */
function shownFrames(error: object, own: Captured): readonly string[] {
  const all = framesOf(own);
  for (const captured of [...(sites.get(error) ?? []), own]) {
    const frames = framesOf(captured);
    const first = frames.findIndex(isUserFrame);
    if (first >= 0)
      return frames
        .slice(first)
        .filter((frame) => isUserFrame(frame) || /Promise\.\w+ /.test(frame));
  }
  return all;
}

/** Makes an error show the stack of the user's call. The text is built at the first read. */
export function showCallSite(error: Error, constructor: Constructor): void {
  const own = capture(constructor);
  if (own === undefined) return;
  sites.set(error, []);
  let stack: string | undefined;
  Object.defineProperty(error, "stack", {
    configurable: true,
    enumerable: false,
    get: () => {
      if (stack !== undefined) return stack;
      const shown = shownFrames(error, own).slice(0, Error.stackTraceLimit || SHOWN_FRAMES);
      return [`${error.name}: ${error.message}`, ...shown].join("\n");
    },
    set: (value: string) => {
      stack = value;
    },
  });
}

/** Adds the place of the call that failed to the error and to its causes. The innermost call comes first. */
function recordSite(error: unknown, site: Captured): void {
  // A program may set the cause of an error to one of the errors that it caused.
  const noted = new Set<Error>();
  let each = error;
  while (each instanceof Error && !noted.has(each)) {
    const known = sites.get(each);
    if (known === undefined) return;
    noted.add(each);
    if (known.length < MAX_SITES) known.push(site);
    each = each.cause;
  }
}

async function located(result: Promise<unknown>, site: Captured): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    recordSite(error, site);
    throw error;
  }
}

/** Wraps a method. If it returns a promise, its errors show where the method was called. */
function withCallSite(method: Method, name: string): Method {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const result = asUserCall(name, () => Reflect.apply(method, this, args));
    if (!(result instanceof Promise)) return result;
    const site = capture(wrapper);
    return site === undefined ? result : located(result, site);
  };
  // Its name and length, and methods of a function such as SparkSession.builder.
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(method));
  return wrapper;
}

/**
 * Wraps the methods of classes, static ones too, so that their errors show where they were called, and telemetry knows
 * which method sent a request.
 *
 * @param owner the class's name for users. A bundler may change the name in the code
 */
export function keepCallSites(
  owner: string,
  ...classes: readonly { readonly prototype: object }[]
): void {
  for (const target of classes.flatMap((each) => [each, each.prototype])) {
    for (const key of Reflect.ownKeys(target)) {
      const property = Object.getOwnPropertyDescriptor(target, key);
      const method: unknown = property?.value;
      if (key === "constructor" || typeof method !== "function") continue;
      const name = `${owner}.${typeof key === "string" ? key : "stop"}`;
      Object.defineProperty(target, key, {
        ...property,
        value: withCallSite(method as Method, name),
      });
    }
  }
}
