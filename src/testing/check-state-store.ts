import type { LeaseHolder, StateLease, StateStore } from "../supervisor/store/state-store.js";
import { thrownMessage } from "../thrown-value.js";
import { waitMs } from "../waiting.js";
import { SparkAssertionError } from "./spark-assertion-error.js";

/** The lease of the checks. It is long enough for the calls of a slow store. */
const LEASE_MS = 2_000;
const INCREMENTS = 10;
const TEXT = `{ "text": "line\n'quotes' \\ ünï😀" }`.repeat(500);

interface Check {
  /** What the store promises. */
  readonly promise: string;
  readonly run: (one: StateStore, other: StateStore) => Promise<void>;
}

/**
 * Checks that a store does what a supervisor needs: each `compareAndSet()` is atomic, one caller at a time holds the lease, and a lease
 * ends by its time. Takes about five seconds, and leaves nothing stored.
 *
 * @param open opens the store of a state that nobody uses. It is called twice, for two stores of the same state, which stand for two
 *   processes. The caller closes them
 * @throws {SparkAssertionError} the store breaks a promise, which the message names
 * @see docs/supervision.md
 */
export async function checkStateStore(open: () => StateStore | Promise<StateStore>): Promise<void> {
  const one = await open();
  const other = await open();
  for (const { promise, run } of CHECKS) {
    try {
      await run(one, other);
    } catch (error) {
      throw new SparkAssertionError(
        "STATE_STORE_BROKEN",
        `The store ${one.location} breaks a promise: ${promise}. ${thrownMessage(error)}`,
        { cause: error },
      );
    }
  }
}

const CHECKS: readonly Check[] = [
  {
    promise: "read() resolves to undefined while nothing is stored",
    async run(one, other) {
      expectEqual("read()", await one.read(), undefined);
      expectEqual("read()", await other.read(), undefined);
    },
  },
  {
    promise: "compareAndSet() stores any text, and another store of the same state reads it",
    async run(one, other) {
      await expectSet(one, undefined, TEXT, true);
      expectEqual("read()", await other.read(), TEXT);
    },
  },
  {
    promise: "compareAndSet() changes nothing if another text is stored",
    async run(one, other) {
      await expectSet(one, undefined, "lost", false);
      await expectSet(other, "other", "lost", false);
      await expectSet(other, "other", undefined, false);
      expectEqual("read()", await one.read(), TEXT);
    },
  },
  {
    promise: "compareAndSet() with undefined removes the text",
    async run(one, other) {
      await expectSet(other, TEXT, undefined, true);
      expectEqual("read()", await one.read(), undefined);
      await expectSet(one, TEXT, "lost", false);
      await expectSet(one, undefined, undefined, true);
    },
  },
  {
    promise: "of compareAndSet() calls at the same time with the same expected text, one succeeds",
    async run(one, other) {
      await expectSet(one, undefined, "0", true);
      await Promise.all([increment(one), increment(other)]);
      expectEqual(`the sum after ${2 * INCREMENTS} increments`, await one.read(), "20");
      await expectSet(one, "20", undefined, true);
    },
  },
  {
    promise: "of tryLease() calls at the same time, one gets the lease, and the others its holder",
    async run(one, other) {
      const calls = [one, other, one, other].map((store) => store.tryLease(LEASE_MS));
      const answers = await Promise.all(calls);
      const leases = answers.filter(isLease);
      expectEqual("the number of leases", leases.length, 1);
      for (const answer of answers) {
        if (!isLease(answer)) expectEqual("the type of heldBy", typeof answer.heldBy, "string");
      }
      await leases[0]?.release();
    },
  },
  {
    promise: "release() gives the lease away at once, and the former holder has no effect any more",
    async run(one, other) {
      const first = await take(one);
      expectEqual("renew() of the holder", await first.renew(), true);
      await first.release();
      const second = await take(other);
      expectEqual("renew() after release()", await first.renew(), false);
      await first.release();
      expectEqual("renew() of the next holder", await second.renew(), true);
      expectEqual("tryLease() beside it", isLease(await one.tryLease(LEASE_MS)), false);
      await second.release();
    },
  },
  {
    promise: "a lease ends when its holder does not renew it for leaseMs, and not before",
    async run(one, other) {
      const first = await take(one);
      await waitMs(LEASE_MS / 2);
      expectEqual("renew() in time", await first.renew(), true);
      await waitMs(LEASE_MS / 2);
      expectEqual("tryLease() before the end", isLease(await other.tryLease(LEASE_MS)), false);
      await waitMs(LEASE_MS);
      const second = await take(other);
      expectEqual("renew() of the former holder", await first.renew(), false);
      await first.release();
      expectEqual("renew() of the next holder", await second.renew(), true);
      await second.release();
    },
  },
];

async function increment(store: StateStore): Promise<void> {
  for (let done = 0; done < INCREMENTS;) {
    const text = await store.read();
    if (await store.compareAndSet(text, String(Number(text) + 1))) done += 1;
  }
}

async function take(store: StateStore): Promise<StateLease> {
  const answer = await store.tryLease(LEASE_MS);
  if (isLease(answer)) return answer;
  throw new Error(`tryLease() should give the lease, but ${answer.heldBy} holds it.`);
}

function isLease(answer: StateLease | LeaseHolder): answer is StateLease {
  return !("heldBy" in answer);
}

async function expectSet(
  store: StateStore,
  expected: string | undefined,
  next: string | undefined,
  isSet: boolean,
): Promise<void> {
  const call = `compareAndSet(${shown(expected)}, ${shown(next)})`;
  expectEqual(call, await store.compareAndSet(expected, next), isSet);
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`${what} should be ${shown(expected)}, but is ${shown(actual)}.`);
}

function shown(value: unknown): string {
  const text = value === undefined ? "undefined" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
