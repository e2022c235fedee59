/** Reads from V8's inspector which variables a function sees, and where the function was written. */
import type { Session } from "node:inspector";
import { SparkError } from "../../errors.js";

/** A variable of the code around a function. */
export interface ScopeVariable {
  readonly value: unknown;
}

/** Where V8 found a function. Lines and columns start at 0. */
export interface FunctionLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What the inspector answers about a function. */
export interface Surroundings {
  /** The scopes from the innermost to the outermost, without the global one. */
  readonly scopes: readonly Readonly<Record<string, PropertyDescriptor>>[];
  readonly location: FunctionLocation | undefined;
}

interface RemoteObject {
  readonly objectId?: string;
  readonly description?: string;
  readonly value?: unknown;
}

interface RemoteProperties {
  readonly result: readonly { readonly name: string; readonly value?: RemoteObject }[];
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[];
}

/**
 * A place that the code of the inspector and ours both reach. In Jest our globalThis is not the inspector's, but
 * the modules of Node are the same objects.
 */
const HOLDER = Symbol.for("sparktide.capture");
const HOLDER_TEXT = `process.getBuiltinModule("node:inspector")[Symbol.for("sparktide.capture")]`;

/** A connection to the inspector of this thread. It does not open a port. */
export class Inspector implements Disposable {
  readonly #session: Session;
  readonly #module: object;

  /** @throws {SparkError} NO_INSPECTOR: this runtime has no inspector of V8 */
  constructor() {
    try {
      const inspector = process.getBuiltinModule("node:inspector");
      this.#module = inspector;
      this.#session = new inspector.Session();
      this.#session.connect();
    } catch (error) {
      throw new SparkError(
        "NO_INSPECTOR",
        "A function can only be captured where V8's inspector exists, which this runtime lacks. " +
          "Use Node without --permission, or put the function in a module of its own and use fromModule().",
        { cause: error },
      );
    }
  }

  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  /** Sends a command, which the inspector answers before this returns. */
  post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error: Error | null, result?: object) => {
      // An error of the inspector is a plain object.
      if (error !== null) throw new SparkError("INSPECTOR_FAILED", `${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }

  /** Calls `listener` for the inspector's events of a kind. */
  on(event: string, listener: (parameters: unknown) => void): void {
    this.#session.on(event, ({ params }: { params: unknown }) => {
      listener(params);
    });
  }

  /** The scopes and the location of a function. */
  surroundings(value: object): Surroundings {
    const held: { value: object; scopes: Record<string, PropertyDescriptor>[] } = {
      value,
      scopes: [],
    };
    Object.defineProperty(this.#module, HOLDER, { value: held, configurable: true });
    try {
      const { result } = this.post("Runtime.evaluate", { expression: `${HOLDER_TEXT}.value` }) as {
        readonly result: RemoteObject;
      };
      const { internalProperties = [] } = this.#properties(result);
      const internal = (name: string): RemoteObject | undefined =>
        internalProperties.find((property) => property.name === name)?.value;
      const list = internal("[[Scopes]]");
      const scopes = list === undefined ? [] : this.#properties(list).result;
      for (const { value: scope } of scopes)
        if (scope?.objectId !== undefined && scope.description !== "Global")
          this.post("Runtime.callFunctionOn", {
            objectId: scope.objectId,
            functionDeclaration: `function () { ${HOLDER_TEXT}.scopes.push(Object.getOwnPropertyDescriptors(this.object)); }`,
          });
      const location = internal("[[FunctionLocation]]")?.value as FunctionLocation | undefined;
      return { scopes: held.scopes, location };
    } finally {
      Reflect.deleteProperty(this.#module, HOLDER);
    }
  }

  #properties({ objectId }: RemoteObject): RemoteProperties {
    return this.post("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    }) as RemoteProperties;
  }
}

/** The innermost variable of that name; undefined if V8 did not keep one. */
export function findVariable(
  around: readonly Surroundings[],
  name: string,
): ScopeVariable | undefined {
  for (const { scopes } of around)
    for (const scope of scopes) {
      if (!Object.hasOwn(scope, name)) continue;
      const variable = scope[name];
      // V8 shows a variable that it optimised away as a getter.
      if (variable !== undefined && "value" in variable) return { value: variable.value };
    }
  return undefined;
}
