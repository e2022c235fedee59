import { describe, expect, it } from "vitest";
import { coingecko, rest, weather } from "../../../src/sources/index.js";

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- Callers in JavaScript may pass anything. */
describe("the options of a packaged source", () => {
  it.each<readonly [string, () => unknown, string]>([
    [
      "a misspelt name",
      () => weather.options({ staitons: [] } as any),
      "Unknown option staitons of weather.options(). Did you mean stations? Known options: ",
    ],
    [
      "a name of another source",
      () => rest.options({ url: "https://x", coins: [] } as any),
      "Unknown option coins of rest.options().",
    ],
    [
      "a place that is only a name",
      () => weather.options({ stations: ["Berlin"] } as any),
      'Option stations must be an array of places such as { id: "Berlin", lat: 52.52, lon: 13.41 }, got "Berlin" in the array.',
    ],
    [
      "text instead of a list",
      () => coingecko.options({ coins: "bitcoin" } as any),
      'Option coins must be an array, got "bitcoin". Write ["bitcoin"].',
    ],
    [
      "a list option of all sources as text",
      () => coingecko.options({ allowedHosts: "api.example.com" } as any),
      'Option allowedHosts must be an array, got "api.example.com". Write ["api.example.com"].',
    ],
  ])("are refused with one message for %s", (_name, program, message) => {
    expect(program).toThrow(message);
  });

  it("may be left out altogether by callers in JavaScript", () => {
    expect((weather as any).options()).toEqual({});
  });
});
