import { describe, expect, it } from "vitest";
import {
  UserCall,
  asUserCall,
  asUserCode,
  currentWork,
  followUserCalls,
  inCurrentCall,
  inBackground,
} from "../../src/user-calls.js";

followUserCalls();

function current(): string {
  const work = currentWork();
  if (work === undefined) return "user code";
  return work instanceof UserCall ? work.name : `background: ${work.purpose}`;
}

async function later(): Promise<string> {
  await new Promise((resolve) => setImmediate(resolve));
  return current();
}

describe("the current call", () => {
  it("is the outermost public method, also after an await", async () => {
    expect(await asUserCall("A.outer", () => asUserCall("B.inner", later))).toBe("A.outer");
    expect(current()).toBe("user code");
  });

  it("is each method on its own in a callback of the user", async () => {
    const inner = (): unknown => asUserCall("B.inner", later);
    expect(await asUserCall("A.outer", () => asUserCode(inner))).toBe("B.inner");
  });

  it("is missing in background work, whatever methods that work uses", async () => {
    expect(await inBackground("poll", () => asUserCall("A.method", later))).toBe(
      "background: poll",
    );
  });

  it("lasts from a generator's first step to its end, and not in the code between the steps", async () => {
    const seen: string[] = [];
    const ends: unknown[] = [];
    const values = asUserCall("A.iterate", async function* () {
      const work = currentWork();
      if (work instanceof UserCall) work.record = { end: (failure) => void ends.push(failure) };
      seen.push(await later());
      yield 1;
      seen.push(await later());
      yield 2;
    }) as AsyncGenerator<number>;
    for await (const value of values) seen.push(`${value} in ${current()}`);
    expect(seen).toEqual(["A.iterate", "1 in user code", "A.iterate", "2 in user code"]);
    expect(ends).toEqual([undefined]);
  });

  it("lasts as long as a generator that the method has put into a stream", async () => {
    const steps = async function* (): AsyncGenerator<string> {
      yield await later();
      yield await later();
    };
    const stream = asUserCall("A.stream", () => ({ source: inCurrentCall(steps()) }));
    const seen: string[] = [];
    for await (const step of (stream as { source: AsyncGenerator<string> }).source) seen.push(step);
    expect(seen).toEqual(["A.stream", "A.stream"]);
  });

  it("ends once when a reader stops early, and with the error when a generator fails", async () => {
    const ends: unknown[] = [];
    const iterate = (fails: boolean): AsyncGenerator<number> =>
      asUserCall("A.iterate", async function* () {
        const work = currentWork();
        if (work instanceof UserCall) work.record = { end: (failure) => void ends.push(failure) };
        yield await Promise.resolve(1);
        if (fails) throw new RangeError("broken");
        yield 2;
      }) as AsyncGenerator<number>;
    for await (const value of iterate(false)) if (value === 1) break;
    const failing = iterate(true);
    await failing.next();
    await expect(failing.next()).rejects.toThrow("broken");
    expect(ends).toEqual([undefined, { error: expect.any(RangeError) as unknown }]);
  });
});
