/** A failure at one row of the input. */
export class RowFailure extends Error {
  readonly row: number;

  constructor(row: number, cause: unknown) {
    super("row", { cause });
    this.row = row;
  }
}

/** An error as data, for the client. */
interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly cause?: DescribedError;
}

/** A failure of a function or of a method, as data. */
export interface DescribedFailure extends DescribedError {
  /** The name of the function or class. */
  readonly function: string;
  /** The id of its code. */
  readonly codeId: string;
  /** The row of the batch, from 0. */
  readonly row?: number;
}

const MAX_MESSAGE_CHARACTERS = 4_000;
const MAX_STACK_CHARACTERS = 8_000;
const MAX_CAUSES = 5;

/** Describes whatever code threw. */
export function describedFailure(
  thrown: unknown,
  code: { readonly name: string; readonly id: string },
): DescribedFailure {
  const atRow = thrown instanceof RowFailure;
  return {
    function: code.name,
    codeId: code.id,
    ...(atRow && { row: thrown.row }),
    ...describedError(atRow ? thrown.cause : thrown, 0),
  };
}

function describedError(thrown: unknown, depth: number): DescribedError {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown))
    return { name: typeof thrown, message: shortened(textOf(thrown), MAX_MESSAGE_CHARACTERS) };
  const { name, message, stack, code, cause } = thrown as Partial<Error> & { code?: unknown };
  return {
    name: typeof name === "string" ? name : "Error",
    message: shortened(textOf(message), MAX_MESSAGE_CHARACTERS),
    ...(typeof stack === "string" && { stack: shortened(ownFrames(stack), MAX_STACK_CHARACTERS) }),
    ...(typeof code === "string" && { code }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describedError(cause, depth + 1) }),
  };
}

/** The frames of the user's code. */
function ownFrames(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !/^\s+at .*(?:-worker\.mjs|node:internal\/)/.test(line))
    .join("\n");
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value that cannot be shown";
  }
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).toWellFormed()}… (cut)`;
}
