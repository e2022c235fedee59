import { ArgumentError } from "../errors.js";

// A pickle is a small program for Python's unpickler. This module writes pickles by hand because the client
// has no Python. Their program is always "run this fixed text, then call one of its functions with these strings".

const PROTO_2 = Buffer.from([0x80, 2]);
const EMPTY_DICT = Buffer.from("}");
const STORE_0 = Buffer.from("q\x00", "latin1");
const LOAD_0 = Buffer.from("h\x00", "latin1");
const POP = Buffer.from("0");
const MARK = Buffer.from("(");
const TUPLE = Buffer.from("t");
const CALL = Buffer.from("R");
const NONE = Buffer.from("N");
const STOP = Buffer.from(".");

function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

function argument(value: string | undefined): Buffer {
  if (value === undefined) return NONE;
  if (!value.isWellFormed()) {
    throw new ArgumentError(
      "source",
      "The Python text contains an unpaired surrogate, which Python refuses. Use toWellFormed().",
    );
  }
  const text = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from("X"), length, text]);
}

function callOf(callable: readonly Buffer[], args: readonly Buffer[]): Buffer[] {
  return [...callable, MARK, ...args, TUPLE, CALL];
}

/**
 * A pickle that runs Python source text in an empty namespace, calls one of its functions with these
 * arguments, and evaluates to the result.
 */
export function pickledCall(
  source: string,
  functionName: string,
  args: readonly (string | undefined)[],
): Uint8Array {
  const namespace = [LOAD_0];
  const lookUp = callOf(
    callOf([global("builtins", "getattr")], [...namespace, argument("__getitem__")]),
    [argument(functionName)],
  );
  return Buffer.concat([
    PROTO_2,
    EMPTY_DICT,
    STORE_0,
    POP,
    ...callOf([global("builtins", "exec")], [argument(source), ...namespace]),
    POP,
    ...callOf(lookUp, args.map(argument)),
    STOP,
  ]);
}
