/**
 * A process with a store of a supervisor's state, for tests that let processes contend for it. Its argument is JSON: the path of
 * a file, or the address of a PostgreSQL. It carries out the calls that its parent process sends.
 */
import { FileStateStore } from "../../build/modules/supervisor/store/file-state-store.js";
import { PostgresStateStore } from "../../build/examples/postgres-state/postgres-state-store.js";

const { path, url } = JSON.parse(process.argv[2]);
const store =
  path === undefined ? await PostgresStateStore.open(url, "processes") : new FileStateStore(path);
let lease;

const calls = {
  read: () => store.read(),
  set: (expected, next) => store.compareAndSet(expected, next),
  async increment(count) {
    for (let done = 0; done < count;) {
      const text = await store.read();
      if (await store.compareAndSet(text, String(Number(text ?? 0) + 1))) done += 1;
    }
  },
  /** Undefined if this process has the lease now. */
  async take(leaseMs) {
    const answer = await store.tryLease(leaseMs);
    if ("heldBy" in answer) return answer.heldBy;
    lease = answer;
    return undefined;
  },
  renew: () => lease.renew(),
  release: () => lease.release(),
};

process.on("message", ({ id, call, args }) => {
  calls[call](...args).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: error.message }),
  );
});
process.send({ id: 0 });
