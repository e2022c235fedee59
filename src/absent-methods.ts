import { SparkError } from "./errors.js";

/**
 * Gives a class or object methods that it does not have in TypeScript: users of other libraries look for them. Each
 * throws a SparkError with code NO_SUCH_METHOD that names the method to use instead.
 *
 * @param of what a user writes before the dot: `df`
 * @param advice a sentence for each method
 */
export function refuseMethods(
  owner: object,
  of: string,
  advice: Readonly<Record<string | symbol, string>>,
): void {
  for (const name of Reflect.ownKeys(advice)) {
    const text = advice[name] ?? "";
    const value = (): never => {
      throw new SparkError(
        "NO_SUCH_METHOD",
        typeof name === "symbol" ? text : `${of} has no method ${name}(). ${text}`,
      );
    };
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  }
}
