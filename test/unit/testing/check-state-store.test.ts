import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileStateStore } from "../../../src/supervisor/store/file-state-store.js";
import type { StateLease } from "../../../src/supervisor/store/state-store.js";
import { checkStateStore } from "../../../src/testing/index.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sparktide-test-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("checkStateStore() accepts the store that ships, and leaves nothing stored", async () => {
  const path = join(folder, "good.json");
  await checkStateStore(() => new FileStateStore(path));
  expect(await new FileStateStore(path).read()).toBeUndefined();
});

it.each([
  [
    "writes without a comparison",
    class extends FileStateStore {
      override async compareAndSet(_: string | undefined, next: string | undefined) {
        return super.compareAndSet(await this.read(), next);
      }
    },
    "compareAndSet() changes nothing if another text is stored",
  ],
  [
    "compares before it writes, in two steps",
    class extends FileStateStore {
      override async compareAndSet(expected: string | undefined, next: string | undefined) {
        if ((await this.read()) !== expected) return false;
        while (!(await super.compareAndSet(await this.read(), next)));
        return true;
      }
    },
    "of compareAndSet() calls at the same time with the same expected text, one succeeds",
  ],
  [
    "gives everybody the lease",
    class extends FileStateStore {
      override tryLease(): Promise<StateLease> {
        return Promise.resolve({
          renew: () => Promise.resolve(true),
          release: () => Promise.resolve(),
        });
      }
    },
    "of tryLease() calls at the same time, one gets the lease",
  ],
])("checkStateStore() refuses a store that %s", async (_, Store, promise) => {
  const path = join(folder, "bad.json");
  const checking = checkStateStore(() => new Store(path));
  await expect(checking).rejects.toMatchObject({
    code: "STATE_STORE_BROKEN",
    message: expect.stringContaining(promise) as string,
  });
  await rm(path, { force: true });
});
