import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../../src/errors.js";
import { inferRestSchema } from "../../../src/sources/index.js";

const OPTIONS = { url: "https://api.example.com/items" };
const SESSION = { dataSource: {} };
/** Calls as JavaScript allows them. */
const call = inferRestSchema as unknown as (...args: readonly unknown[]) => Promise<string>;

describe("inferRestSchema()", () => {
  it.each<[string, readonly unknown[], RegExp]>([
    ["the options alone", [OPTIONS], /^The first argument of .* must be a SparkSession/],
    ["options and a signal without a session", [OPTIONS, {}], /must be a SparkSession/],
    ["nothing", [], /must be a SparkSession/],
    ["a session alone", [SESSION], /needs the options of rest, such as \{ url: /],
    [
      "an unknown call option",
      [SESSION, OPTIONS, { timeout: 1 }],
      /Unknown option timeout of inferRestSchema/,
    ],
  ])("refuses %s with one error that says what to pass", async (_, args, message) => {
    const failure = call(...args);
    await expect(failure).rejects.toBeInstanceOf(ArgumentError);
    await expect(failure).rejects.toThrow(message);
  });

  it("rejects with the signal's reason before it calls the server", async () => {
    const reason = new Error("enough");
    await expect(call(SESSION, OPTIONS, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });
});
