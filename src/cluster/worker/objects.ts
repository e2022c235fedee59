import { DataSource, RestSource, SimpleDataSource } from "./base-classes.js";
import { StructType } from "../../types/struct-type.js";
import { processorShape } from "./processor-shape.js";
import type { LoadedCode } from "./loaded-code.js";
import { RestRunner, type UserSource } from "./rest/rest-runner.js";

/** A call of a method of an object. */
export interface MethodRequest {
  /** The object's id. The first call with a new id creates the object. */
  readonly object: string;
  readonly options: Readonly<Record<string, string>>;
  readonly method: string;
  readonly args: readonly unknown[];
  /** The type of the rows, as Spark's JSON. */
  readonly schema?: string;
  /** Whether this is the object's last call. */
  readonly isLast?: boolean;
}

/** What Python needs to know about a class of a data source. */
interface SourceShape {
  readonly isSimple: boolean;
  readonly isRest: boolean;
  readonly methods: readonly string[];
  /** The number of parameters of each method in {@link COUNTED}. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** Rows, and the answer of a method that comes with them. */
export interface MethodRows {
  readonly rows: AsyncIterable<unknown> | Iterable<unknown>;
  readonly end?: unknown;
}

/** An object of the user's class. */
export type Methods = Record<string, ((...args: readonly unknown[]) => unknown) | undefined>;

/** Methods that use a later parameter only if they declare it. */
const COUNTED = ["latestOffset", "writer", "streamWriter"] as const;

/** The option in which Python names the hidden options, as JSON. */
const HIDDEN = "#hidden";

/** Names that Python uses to ask for the shape of a class. */
const SHAPE = "#shape";
const PROCESSOR_SHAPE = "#processor";

/** Spark stores the names of options in lower case, so the class may use any case. */
function ignoringCase(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const lower = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const keyOf = (name: string | symbol): string | symbol =>
    typeof name === "string" ? name.toLowerCase() : name;
  return new Proxy(lower, {
    get: (target, name): unknown => Reflect.get(target, keyOf(name)),
    has: (target, name) => Reflect.has(target, keyOf(name)),
  });
}

/** Creates an object of the class, whose options ignore the case of names. */
export function newObject(
  { value }: LoadedCode,
  options: Readonly<Record<string, string>>,
): Methods {
  return Reflect.construct(value, [ignoringCase(options)]) as Methods;
}

/** A RestSource has a runner around it, which has the methods that Spark calls. */
function newSource(code: LoadedCode, given: Readonly<Record<string, string>>): object {
  const { [HIDDEN]: hidden = "[]", ...options } = given;
  const source = newObject(code, options);
  if (!(source instanceof RestSource)) return source;
  const { replay = "payload" } = code.value as { readonly replay?: unknown };
  return new RestRunner(code.name, source as unknown as UserSource, replay, {
    options: ignoringCase(options),
    hidden: JSON.parse(hidden) as readonly string[],
  });
}

/** The object of a request, which its first request creates. */
function objectOf(code: LoadedCode, { object, options }: MethodRequest): Methods {
  let known = code.objects.get(object);
  if (known === undefined) {
    known = newSource(code, options);
    code.objects.set(object, known);
  }
  return known as Methods;
}

/** Runs a call, and forgets the object after its last call. */
async function withObject<T>(
  code: LoadedCode,
  request: MethodRequest,
  run: (object: Methods) => Promise<T>,
): Promise<T> {
  try {
    return await run(objectOf(code, request));
  } finally {
    if (request.isLast === true) code.objects.delete(request.object);
  }
}

/** Calls a method and returns its answer as data. */
export async function calledMethod(code: LoadedCode, request: MethodRequest): Promise<unknown> {
  if (request.method === SHAPE) return shapeOf(code);
  if (request.method === PROCESSOR_SHAPE) return processorShape(code);
  return withObject(code, request, async (object) => {
    const answer = await methodOf(code, object, request)(...request.args);
    return answer instanceof StructType ? (JSON.parse(answer.json()) as unknown) : answer;
  });
}

/** Calls a method that yields rows, or returns `{ rows, end }`, and hands the rows to `use`. */
export function useMethodRows(
  code: LoadedCode,
  request: MethodRequest,
  use: (rows: MethodRows) => Promise<void>,
): Promise<void> {
  return withObject(code, request, async (object) => {
    const answer = methodOf(code, object, request)(...request.args);
    await use(rowsIn(await answer, `${code.name}.${request.method}`));
  });
}

function rowsIn(answer: unknown, name: string): MethodRows {
  if (isIterable(answer)) return { rows: answer };
  if (
    typeof answer === "object" &&
    answer !== null &&
    "rows" in answer &&
    isIterable(answer.rows)
  ) {
    const { rows, end } = answer as { rows: Iterable<unknown>; end?: unknown };
    if (typeof end === "object" && end !== null) return { rows, end };
    throw new TypeError(`${name}() must return { rows, end } with an object as end.`);
  }
  throw new TypeError(
    `${name}() must yield rows, return an array of rows, or return { rows, end }.`,
  );
}

/** @throws {TypeError} a function did not return rows */
export function requireRows(answer: unknown, name: string): Iterable<unknown> {
  if (isIterable(answer)) return answer;
  throw new TypeError(`${name}() must yield rows or return an array of rows.`);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

function methodOf(
  code: LoadedCode,
  object: Methods,
  { method }: MethodRequest,
): NonNullable<Methods[string]> {
  const found = object[method];
  if (typeof found !== "function") throw new TypeError(`${code.name} has no method ${method}().`);
  return found.bind(object);
}

function shapeOf({ name, value }: LoadedCode): SourceShape {
  const prototype = value.prototype as Methods | undefined;
  if (!(prototype instanceof DataSource))
    throw new TypeError(
      `${name} must extend DataSource, SimpleDataSource or RestSource of sparktide/cluster.`,
    );
  const isRest = prototype instanceof RestSource;
  const methods = [];
  for (
    let at: object | null = isRest ? RestRunner.prototype : prototype;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    methods.push(...Object.getOwnPropertyNames(at));
  return {
    isSimple: prototype instanceof SimpleDataSource,
    isRest,
    methods,
    parameters: Object.fromEntries(
      COUNTED.map((method) => [method, (prototype as Methods)[method]?.length ?? 0]),
    ),
  };
}
