import { describe, expect, it } from "vitest";
import { LoopTurns } from "../../src/loop-turns.js";

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("LoopTurns", () => {
  it("is due when the slice has lasted its time, and again after a slice of the same length", async () => {
    let nowMs = 100;
    const turns = new LoopTurns(4, () => nowMs);
    expect(turns.isDue()).toBe(false);
    nowMs += 3;
    expect(turns.isDue()).toBe(false);
    nowMs += 1;
    expect(turns.isDue()).toBe(true);
    await turns.turn();
    expect(turns.isDue()).toBe(false);
    nowMs += 4;
    expect(turns.isDue()).toBe(true);
  });

  it("does not count the time in which the loop turned by itself", async () => {
    let nowMs = 0;
    const turns = new LoopTurns(4, () => nowMs);
    turns.isDue();
    await nextTurn();
    nowMs += 1000;
    expect(turns.isDue()).toBe(false);
  });

  it("continues one waiting caller in each turn of the loop, in the order of the calls", async () => {
    const turns = new LoopTurns(4, () => 0);
    const order: string[] = [];
    const ticks = async (): Promise<void> => {
      for (let tick = 0; tick < 6; tick++) {
        order.push("tick");
        await nextTurn();
      }
    };
    const work = async (name: string): Promise<void> => {
      for (let slice = 0; slice < 2; slice++) {
        await turns.turn();
        order.push(name);
      }
    };
    await Promise.all([ticks(), work("a"), work("b")]);
    expect(order.filter((name) => name !== "tick")).toEqual(["a", "b", "a", "b"]);
    for (const [at, name] of order.entries())
      if (name !== "tick") expect(order[at + 1]).not.toBe(name === "a" ? "b" : "a");
  });

  it("rejects with the reason of a signal that is aborted during the turn", async () => {
    const turns = new LoopTurns(0);
    const abort = new AbortController();
    const turn = turns.turn(abort.signal);
    abort.abort(new Error("enough"));
    await expect(turn).rejects.toThrow("enough");
  });
});
