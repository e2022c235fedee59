/** Members of functions and classes that are not in their text, or that changed since. */
import { primitiveText } from "./data-value.js";
import type { FunctionText } from "./function-text.js";
import { symbolText } from "./known-values.js";
import { Refusal } from "./refusal.js";

/** A statement that sets a member. `undefined` stands for the member's value. */
export interface ExtraMember {
  /** It follows the function's name. */
  readonly statement: readonly (string | undefined)[];
  readonly value: unknown;
  /** Its place, for messages. */
  readonly step: string;
}

const ADVICE = "Write it inside the class, or leave it out.";

/** Properties that each function has. */
const STANDARD = new Set<string | symbol>([
  "length",
  "name",
  "prototype",
  "arguments",
  "caller",
  "constructor",
]);

function sourceOf(value: unknown): string {
  return typeof value === "function" ? Function.prototype.toString.call(value) : "";
}

/** The functions of a property: a method, or a getter and a setter. */
function functionsOf(property: PropertyDescriptor): object[] {
  return ["value", "get", "set"]
    .map((key): unknown => Reflect.get(property, key))
    .filter((member) => typeof member === "function");
}

/** The functions of a class. A class without a constructor may keep no scopes, but its methods do. */
export function memberFunctions(value: object): object[] {
  if (!sourceOf(value).startsWith("class")) return [];
  return [value, Reflect.get(value, "prototype") as object]
    .flatMap((owner) => Object.values(Object.getOwnPropertyDescriptors(owner)))
    .flatMap(functionsOf)
    .filter((member) => member !== value && sourceOf(value).includes(sourceOf(member)));
}

function* extraOf(
  owner: object,
  prefix: string,
  text: FunctionText,
): Iterable<ExtraMember | Refusal> {
  for (const key of Reflect.ownKeys(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, key);
    const isField = typeof key === "string" && prefix === "" && text.staticFields.has(key);
    if (property === undefined || (STANDARD.has(key) && !isField)) continue;
    if (functionsOf(property).some((member) => text.source.includes(sourceOf(member)))) continue;
    const step = `${prefix}${typeof key === "string" ? `.${key}` : `[${String(key)}]`}`;
    const name = typeof key === "string" ? JSON.stringify(key) : symbolText(key);
    if (name === undefined || !("value" in property)) {
      yield new Refusal(`has the member ${step}, which was added to it later`, ADVICE);
      continue;
    }
    const value: unknown = property.value;
    if (isField) {
      // Its initializer runs again on the worker. A simple value that changed since is set after it.
      const first = text.staticFields.get(key);
      const isSimple = typeof primitiveText(value) === "string" && property.writable === true;
      if (!isSimple || first?.literal === value) continue;
    }
    yield { statement: [`${prefix}[${name}] = `, undefined], value, step };
  }
}

/** The members that a function or class has beyond its text. */
export function extraMembers(value: object, text: FunctionText): (ExtraMember | Refusal)[] {
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as
    object | undefined;
  return [
    ...extraOf(value, "", text),
    ...(prototype === undefined ? [] : extraOf(prototype, ".prototype", text)),
  ];
}
