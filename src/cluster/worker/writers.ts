import { dataTypeFromJsonText } from "../../types/parse-schema-json.js";
import type { LoadedCode } from "./loaded-code.js";
import { newObject, type Methods } from "./objects.js";

/** A call of a method of the writer that a data source makes. */
export interface WriterRequest {
  readonly options: Readonly<Record<string, string>>;
  /** The method of the source that makes the writer. */
  readonly maker: "writer" | "streamWriter";
  /** The type of the rows, as Spark's JSON. */
  readonly schema: string;
  /** The second argument of the maker. */
  readonly settings: object;
  readonly method: "write" | "commit" | "abort";
  readonly args: readonly unknown[];
}

type Input = AsyncGenerator<unknown, void, undefined>;

/**
 * Calls a method of a writer and returns its answer.
 *
 * @param input the rows to write
 * @param onRow is called for each row
 */
export async function calledWriter(
  code: LoadedCode,
  request: WriterRequest,
  input: Input,
  onRow: () => void,
): Promise<unknown> {
  const { options, maker, method, args } = request;
  const source = newObject(code, options);
  const schema = dataTypeFromJsonText(request.schema);
  const writer = (await source[maker]?.(schema, request.settings)) as Methods | undefined;
  if (typeof writer?.["write"] !== "function")
    throw new TypeError(`${code.name}.${maker}() must return an object with the method write().`);
  if (method !== "write") return writer[method]?.(...args);
  return written(code.name, writer["write"].bind(writer), input, { args, onRow });
}

async function written(
  name: string,
  write: (...args: readonly unknown[]) => unknown,
  input: Input,
  { args, onRow }: { readonly args: readonly unknown[]; readonly onRow: () => void },
): Promise<unknown> {
  try {
    const message = await write(rowsOf(input, onRow), ...args);
    const rest = await input.next();
    if (rest.done === true) return message;
    throw new Error(
      `write() of ${name} returned before it had read all rows. Read all of them, and await what the code does with them.`,
    );
  } finally {
    // Code that still runs must not ask Python for rows after the answer.
    await input.return();
  }
}

/** The rows, without an end of `input` when the loop over them ends early. */
async function* rowsOf(input: Input, onRow: () => void): Input {
  for (;;) {
    const next = await input.next();
    if (next.done === true) return;
    onRow();
    yield next.value;
  }
}
