/**
 * Where in the user's program a call was made. An error of Spark arrives long after the call, on a stack that
 * has only frames of this package and of Node. So the asynchronous methods of the public classes keep the
 * stack of their call, and an error shows it in place of its own.
 */

/** What `Error.captureStackTrace` filled; V8 makes the text of it when it is first read. */
interface Captured {
  readonly stack?: string;
}

type Method = (...args: unknown[]) => unknown;
type Constructor = new (...args: never[]) => Error;

/** Frames to capture: deep enough to get past this package's own. */
const CAPTURED_FRAMES = 50;
/** What Node shows where nobody set `Error.stackTraceLimit`. */
const SHOWN_FRAMES = 10;
/** Calls kept for one error. Calls nest a few deep; one error of a lost session rejects many calls. */
const MAX_SITES = 8;

/** Packages that run below this one: in an error of ours their frames are never the user's. */
const RUNTIME_PACKAGES =
  /[\\/]node_modules[\\/](?:@grpc[\\/]grpc-js|@bufbuild[\\/]protobuf|apache-arrow)[\\/]/;
/** A frame and its place: `at name (file:line:column)`, or `at file:line:column`. */
const PLACE = /^\s*at (?:async )?(?:[^(]*\()?(.*):\d+:\d+\)?$/;
/** This module's own places: in src/ and build/modules/, and in the package's dist/. */
const OWN_PLACE =
  /^(.*[\\/])(?:(?:src|build[\\/]modules)[\\/]call-site\.[jt]s|(?<=[\\/]sparktide[\\/])dist[\\/]chunks[\\/][^\\/]+)$/;

const sites = new WeakMap<object, Captured[]>();

function capture(above: Constructor | Method): Captured | undefined {
  const limit = Error.stackTraceLimit;
  // Somebody who wants no stacks gets none.
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
  // A program's own Error.prepareStackTrace may make anything of it.
  const text: unknown = captured.stack;
  return typeof text === "string" ? text.split("\n").filter((line) => /^\s+at /.test(line)) : [];
}

function placeOf(frame: string): string {
  return PLACE.exec(frame)?.[1] ?? "";
}

/** The folder of this package; undefined in a user's bundle, where nothing tells our frames from others. */
let ownFolder: string | undefined | null = null;

function findOwnFolder(): string | undefined {
  const captured = capture(findOwnFolder);
  const here = captured === undefined ? "" : placeOf(framesOf(captured)[0] ?? "");
  const [, folder] = OWN_PLACE.exec(here) ?? [];
  return folder;
}

function isUsers(frame: string): boolean {
  const place = placeOf(frame);
  if (ownFolder === null) ownFolder = findOwnFolder();
  if (place === "" || place.startsWith("node:") || place === "native") return false;
  if (RUNTIME_PACKAGES.test(place)) return false;
  if (ownFolder === undefined || !place.startsWith(ownFolder)) return true;
  return !/^(?:src|dist|build[\\/]modules)[\\/]/.test(place.slice(ownFolder.length));
}

/** The frames to show: the user's at the call, or else the user's at the error, or else all. */
function shownFrames(error: object, own: Captured): readonly string[] {
  const all = framesOf(own);
  for (const captured of [...(sites.get(error) ?? []), own]) {
    const frames = framesOf(captured);
    const first = frames.findIndex(isUsers);
    if (first >= 0)
      return frames.slice(first).filter((frame) => isUsers(frame) || /Promise\.\w+ /.test(frame));
  }
  return all;
}

/** Gives an error the stack that this module describes, made when it is first read. */
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

/** Notes where the call was made that an error ends; the innermost call comes first. */
function note(error: unknown, site: Captured): void {
  let each = error;
  while (each instanceof Error) {
    const known = sites.get(each);
    if (known === undefined) return;
    if (known.length < MAX_SITES) known.push(site);
    each = each.cause;
  }
}

async function located(result: Promise<unknown>, site: Captured): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    note(error, site);
    throw error;
  }
}

/** The same method, whose errors show where it was called if it is an asynchronous one. */
function keeping(method: Method): Method {
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    const result = Reflect.apply(method, this, args);
    if (!(result instanceof Promise)) return result;
    const site = capture(wrapper);
    return site === undefined ? result : located(result, site);
  };
  Object.defineProperty(wrapper, "name", { value: method.name, configurable: true });
  Object.defineProperty(wrapper, "length", { value: method.length, configurable: true });
  return wrapper;
}

/** Has the errors of classes' asynchronous methods, static ones too, show where the methods were called. */
export function keepCallSites(
  ...classes: readonly { readonly name: string; readonly prototype: object }[]
): void {
  for (const target of classes.flatMap((each) => [each, each.prototype])) {
    for (const key of Reflect.ownKeys(target)) {
      const property = Object.getOwnPropertyDescriptor(target, key);
      const method: unknown = property?.value;
      if (key === "constructor" || typeof method !== "function") continue;
      Object.defineProperty(target, key, { ...property, value: keeping(method as Method) });
    }
  }
}
