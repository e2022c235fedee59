/** Follows a function's variables, and theirs in turn, and refuses what cannot travel. */
import { types } from "node:util";
import { ArgumentError, CaptureError } from "../../errors.js";
import { suggestion } from "../../near-name.js";
import type { Cell, FunctionCell, Part } from "./cells.js";
import { dataParts, memberText, primitiveText } from "./data-value.js";
import { undefinedIsUnsure } from "./declarations.js";
import { functionText, type FunctionText, type NameUse } from "./function-text.js";
import { isGlobalName, knownText } from "./known-values.js";
import { moduleMember, isModuleLike } from "./module-value.js";
import { extraMembers, memberFunctions } from "./own-members.js";
import { Refusal } from "./refusal.js";
import { findVariable, Inspector, type Surroundings } from "./scope-reader.js";

/** The longest text, in characters. Larger data belongs into a file or a table. */
const MAX_TEXT = 1_000_000;

/** The name of a function without a name, in messages. */
export const UNNAMED = "the function";

/** How deep objects may be nested. A circle of modules or a long list would overflow the stack. */
const MAX_DEPTH = 500;

/** Where a value is: the names that lead to it. Built only for a message. */
type Path = () => string;

/** A variable that more than one function may use. */
interface Shared {
  readonly value: unknown;
  readonly path: string;
  readonly isWritten: boolean;
}

const COVERAGE = /^cov_|^__coverage__$/;
/** Names that exist in each file of CommonJS. */
const FILE_NAMES = /^(?:__filename|__dirname)$/;
const OWN_GLOBAL = "is defined neither in it nor on the cluster";

/** One capture. Dispose it to close the inspector. */
export class Capture implements Disposable {
  readonly #inspector = new Inspector();
  readonly #cells = new Map<object, Cell>();
  /** Objects whose parts are being captured, from the last function on. */
  #open: object[] = [];
  readonly #variables = new Map<string, Shared[]>();
  readonly #captures: Readonly<Record<string, unknown>>;
  readonly #usedCaptures = new Set<string>();
  #rootName = "";
  #length = 0;

  /** @param captures values by the names of variables */
  constructor(captures: Readonly<Record<string, unknown>>) {
    this.#captures = captures;
  }

  [Symbol.dispose](): void {
    this.#inspector[Symbol.dispose]();
  }

  /**
   * Captures the function that the user passes.
   *
   * @throws {CaptureError} something cannot travel
   * @throws {ArgumentError} `captures` has a name that no function uses
   */
  function(value: object, name: string): FunctionCell {
    this.#rootName = name === "" ? UNNAMED : name;
    const cell = this.#function(value, name, () => this.#rootName, true);
    this.#checkShared();
    const unused = Object.keys(this.#captures).find((each) => !this.#usedCaptures.has(each));
    if (unused !== undefined) {
      const names = [...cell.text.free.keys()];
      throw new ArgumentError(
        "captures",
        `captures has ${unused}, which ${this.#rootName} does not use.${suggestion(unused, names)}`,
      );
    }
    return cell;
  }

  #refuse(path: Path, { what, advice }: Refusal): never {
    const place = path();
    throw new CaptureError(
      place,
      `${this.#rootName} cannot be sent to the cluster: ${place} ${what}. ${advice}`,
    );
  }

  #value(value: unknown, path: Path): Part {
    const primitive = primitiveText(value);
    if (primitive instanceof Refusal) return this.#refuse(path, primitive);
    if (primitive !== undefined) return this.#counted(primitive, path);
    const object = value as object;
    const cell = this.#cells.get(object);
    if (cell !== undefined) {
      if (this.#open.includes(object))
        return this.#refuse(
          path,
          new Refusal("is inside itself", "Break the circle, for example with ids."),
        );
      if (cell.kind === "data") cell.uses++;
      return cell;
    }
    if (types.isProxy(object)) return this.#data(object, path);
    if (typeof object !== "function") return this.#data(object, path);
    const known = knownText(object);
    if (known !== undefined) return known;
    return this.#function(object, (object as { readonly name: string }).name, path, false);
  }

  #counted(text: string, path: Path): string {
    this.#length += text.length;
    if (this.#length > MAX_TEXT)
      this.#refuse(
        path,
        new Refusal(
          `makes the text longer than ${MAX_TEXT.toLocaleString("en")} characters`,
          "Put large data into a table and join it, or use fromModule().",
        ),
      );
    return text;
  }

  #data(value: object, path: Path): Part {
    if (types.isModuleNamespaceObject(value)) return this.#wholeModule(value, path);
    if (this.#open.length >= MAX_DEPTH)
      this.#refuse(
        () => this.#rootName,
        new Refusal(`uses an object with more than ${MAX_DEPTH} levels`, "Use a flat array."),
      );
    const cell: Cell = { kind: "data", parts: [], uses: 1 };
    this.#cells.set(value, cell);
    this.#open.push(value);
    const inner = (part: unknown, step: () => string): Part =>
      this.#value(part, () => path() + step());
    const parts = dataParts(value, inner);
    this.#open.pop();
    if (parts instanceof Refusal) return this.#refuse(path, parts);
    for (const part of parts) if (typeof part === "string") this.#counted(part, path);
    cell.parts.push(...parts);
    return cell;
  }

  /** An empty one: no instance travels, so it would have no entry. */
  #privateStore(value: object): Part {
    const known = this.#cells.get(value);
    if (known?.kind === "data") known.uses++;
    const text = types.isWeakMap(value) ? "new WeakMap()" : "new WeakSet()";
    const cell: Cell = known ?? { kind: "data", parts: [text], uses: 1 };
    this.#cells.set(value, cell);
    return cell;
  }

  #wholeModule(value: object, path: Path): Part {
    const builtin: unknown = Reflect.get(value, "default");
    const known = typeof builtin === "object" && builtin !== null ? knownText(builtin) : undefined;
    if (known !== undefined) return known;
    return this.#members(
      value,
      Object.keys(value).map((key) => [key]),
      path,
    );
  }

  #function(value: object, name: string, path: Path, isRoot: boolean): FunctionCell {
    const text = functionText(value as { readonly name: string }, name);
    if (text instanceof Refusal) return this.#refuse(path, text);
    this.#counted(text.text, path);
    const around = [value, ...memberFunctions(value)].map((each) =>
      this.#inspector.surroundings(each),
    );
    const location = around[0]?.location;
    const cell: FunctionCell = { kind: "function", text, location, bindings: [], after: [] };
    this.#cells.set(value, cell);
    // A circle through a function can be sent.
    const open = this.#open;
    this.#open = [];
    const parent: unknown = Object.getPrototypeOf(value);
    const { parentName } = text;
    if (parentName !== undefined) {
      const step = text.writtenParent ?? "its superclass";
      const part = this.#value(parent, () => `${path()} → ${step}`);
      cell.bindings.push({ name: parentName, value: part, isEager: true });
    }
    for (const [free, use] of text.free) {
      const inner = (): string => `${path()} → ${free}`;
      const found = this.#variable(free, use, { value, text, around, path, isRoot });
      if (found === undefined) continue;
      const part = isPrivateStore(free, found.value, text)
        ? this.#privateStore(found.value)
        : this.#binding(free, found.value, use, inner);
      cell.bindings.push({
        name: free,
        value: part,
        isEager: use.isEager,
      });
    }
    for (const extra of extraMembers(value, text)) {
      if (extra instanceof Refusal) return this.#refuse(path, extra);
      const { statement, value: member, step } = extra;
      cell.after.push([
        "",
        ...statement.map((part) =>
          part === undefined ? this.#value(member, () => path() + step) : part,
        ),
      ]);
    }
    this.#open = open;
    return cell;
  }

  /** The value of a variable; undefined if the name means the same on the cluster. */
  #variable(
    name: string,
    use: NameUse,
    of: {
      readonly value: object;
      readonly text: FunctionText;
      readonly around: readonly Surroundings[];
      readonly path: Path;
      readonly isRoot: boolean;
    },
  ): { readonly value: unknown } | undefined {
    const { path } = of;
    const given = Object.hasOwn(this.#captures, name) ? { value: this.#captures[name] } : undefined;
    const take = (): { readonly value: unknown } | undefined => {
      this.#usedCaptures.add(name);
      return given;
    };
    if (given !== undefined && of.isRoot) return take();
    this.#checkName(name, use, path);
    let found = findVariable(of.around, name);
    if (found === undefined && name === of.text.writtenParent)
      found = { value: Object.getPrototypeOf(of.value) as unknown };
    const isUnsure =
      found !== undefined &&
      found.value === undefined &&
      !use.isWritten &&
      undefinedIsUnsure(of.around[0]?.location, name);
    if (found === undefined || isUnsure) {
      if (given !== undefined) return take();
      if (found === undefined && (isGlobalName(name) || use.isGuarded)) return undefined;
      return this.#missing(name, path, found !== undefined, of.around);
    }
    if (name === "require" && use.loadsOnlyBuiltins) return { value: builtinRequire };
    this.#note(name, found.value, use, path);
    return found;
  }

  #missing(name: string, path: Path, isUndefined: boolean, around: readonly Surroundings[]): never {
    const pass = `Pass its value: captures: { ${name} }.`;
    if (isUndefined)
      return this.#refuse(
        path,
        new Refusal(
          `uses ${name}, which has no value yet`,
          `Define it above, or pass its value: captures: { ${name}: undefined }.`,
        ),
      );
    if (Object.hasOwn(globalThis, name))
      return this.#refuse(
        path,
        new Refusal(`uses ${name}, a global of this program that the cluster lacks`, pass),
      );
    const hasScopes = around.some(({ scopes }) => scopes.length > 0);
    return this.#refuse(
      path,
      new Refusal(
        `uses ${name}, ${hasScopes ? `which ${OWN_GLOBAL}, or of which V8 kept no value` : OWN_GLOBAL}`,
        pass,
      ),
    );
  }

  /** Refuses names that cannot mean the same on the cluster. */
  #checkName(name: string, use: NameUse, path: Path): void {
    if (COVERAGE.test(name))
      this.#refuse(
        path,
        new Refusal(
          `was rewritten by a coverage tool (${name})`,
          "Leave its file out of coverage, or measure coverage with V8.",
        ),
      );
    if (FILE_NAMES.test(name))
      this.#refuse(
        path,
        new Refusal(
          `uses ${name}, which names a file of this machine`,
          "Compute the value before, in a constant.",
        ),
      );
    if (name === "eval")
      this.#refuse(
        path,
        new Refusal("uses eval(), whose text may need any variable", "Write the code itself."),
      );
    if (name === "process" && use.paths.some(([first]) => first === "env"))
      this.#refuse(
        path,
        new Refusal(
          "reads process.env, which on the cluster is the environment of the worker",
          "Read the variable into a constant outside of the function.",
        ),
      );
    if (name === "require" && !use.loadsOnlyBuiltins)
      this.#refuse(
        path,
        new Refusal(
          "calls require() when it runs, and the cluster does not have that file",
          "Load it at the top of the file, or use fromModule().",
        ),
      );
  }

  /** A variable's value. Of a module only what the function uses. */
  #binding(name: string, value: unknown, use: NameUse, path: Path): Part {
    if (!isModuleLike(value, name) || use.isWritten) return this.#value(value, path);
    if (knownText(value) !== undefined) return this.#value(value, path);
    return this.#members(value, use.paths, path);
  }

  #members(value: object, paths: readonly (readonly string[])[], path: Path): Part {
    if (paths.some((each) => each.length === 0)) return this.#value(value, path);
    const parts: Part[] = ["{"];
    for (const key of new Set(paths.map(([first]) => first ?? ""))) {
      const rest = paths.filter(([first]) => first === key).map((each) => each.slice(1));
      const inner = (): string => path() + memberText(key);
      const member = moduleMember(value, key);
      if (member instanceof Refusal) return this.#refuse(inner, member);
      const part = isModuleLike(member.value, key)
        ? this.#members(member.value, rest, inner)
        : this.#value(member.value, inner);
      parts.push(`${JSON.stringify(key)}:`, part, ",");
    }
    parts.push("}");
    return { kind: "data", parts, uses: 1 };
  }

  #note(name: string, value: unknown, { isWritten }: NameUse, path: Path): void {
    const known = this.#variables.get(name) ?? [];
    this.#variables.set(name, known);
    known.push({ value, path: path(), isWritten });
  }

  /** Refuses a variable that one function assigns and another function reads: each would have a copy. */
  #checkShared(): void {
    for (const [name, uses] of this.#variables)
      for (const writer of uses.filter(({ isWritten }) => isWritten)) {
        const other = uses.find((use) => use !== writer && Object.is(use.value, writer.value));
        if (other !== undefined)
          this.#refuse(
            () => writer.path,
            new Refusal(
              `assigns the variable ${name}, which ${other.path} uses too, and each would have a copy of it`,
              `Keep it in an object that both use: const state = { ${name} }.`,
            ),
          );
      }
  }
}

/** Whether a variable holds the private members of a class, as compilers for old versions of JavaScript write them. */
function isPrivateStore(name: string, value: unknown, { source }: FunctionText): value is object {
  const isStore = types.isWeakMap(value) || types.isWeakSet(value);
  return isStore && name.startsWith("_") && source.startsWith("class");
}

/** Stands for require() of CommonJS where a function loads only Node's own modules. */
function builtinRequire(name: string): unknown {
  return process.getBuiltinModule(name);
}
