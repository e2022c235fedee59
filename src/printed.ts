import { inspect } from "node:util";

/**
 * Makes console.log(), the REPL, `util.inspect()` and Deno's Jupyter kernel print a class's instances as
 * toString() does. Otherwise they would print the internals, such as a whole plan.
 */
export function printAsText(owner: {
  readonly name: string;
  readonly prototype: { toString(): string };
}): void {
  Object.defineProperty(owner.prototype, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: { toString(): string }): string {
      try {
        return this.toString();
      } catch {
        // The prototype itself has no private fields.
        return `[${owner.name}]`;
      }
    },
  });
}
