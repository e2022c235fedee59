import { createHash, randomBytes, randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  AnalysisException,
  SparkException,
  UnsupportedOperationException,
} from "../../src/errors.js";
import type { SparkSession } from "../../src/index.js";
import { cacheArtifact } from "../../src/connection/artifacts/send-artifacts.js";
import { arrowCodec } from "../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../src/connection/spark-connection.js";
import { SparkVersion } from "../../src/connection/spark-version.js";
import { PythonDataSource } from "../../src/sources/index.js";
import { zip } from "../../src/sources/zip.js";
import { openChannel } from "../../src/transport/channel.js";
import { parseConnectionString } from "../../src/transport/connection-string.js";
import { SparkConnectClient } from "../../src/transport/spark-connect-client.js";
import { connect, isSparkAtLeast, uniqueName, uniquePath } from "./support.js";

const MIB = 1024 * 1024;

/** A Python data source of one row: its `value` is the result of the expression in the worker. */
function reading(name: string, expression: string): PythonDataSource {
  const source = `
from pyspark.sql.datasource import DataSource, DataSourceReader

class Reader(DataSourceReader):
    def read(self, partition):
        import hashlib, os
        from pyspark import SparkFiles
        root = SparkFiles.getRootDirectory()
        yield (str(${expression}),)

class Source(DataSource):
    @classmethod
    def name(cls):
        return "${name}"

    def schema(self):
        return "value STRING"

    def reader(self, schema):
        return Reader()
`;
  return PythonDataSource.fromSource({ source, class: "Source", name });
}

/** A class file whose `public static String hello()` returns the text (format: chapter 4 of the JVM specification). */
function classFile(className: string, text: string): Uint8Array {
  const u1 = (n: number): Buffer => Buffer.from([n]);
  const u2 = (n: number): Buffer => Buffer.from([n >> 8, n & 0xff]);
  const u4 = (n: number): Buffer => Buffer.concat([u2(n >>> 16), u2(n & 0xffff)]);
  const utf8 = (value: string): Buffer =>
    Buffer.concat([u1(1), u2(Buffer.byteLength(value)), Buffer.from(value)]);
  const pool = [
    utf8(className),
    Buffer.concat([u1(7), u2(1)]),
    utf8("java/lang/Object"),
    Buffer.concat([u1(7), u2(3)]),
    utf8("hello"),
    utf8("()Ljava/lang/String;"),
    utf8("Code"),
    utf8(text),
    Buffer.concat([u1(8), u2(8)]),
  ];
  // One stack slot, no locals; ldc #9, areturn; no handlers, no attributes.
  const code = Buffer.concat([u2(1), u2(0), u4(3), Buffer.from([0x12, 9, 0xb0]), u2(0), u2(0)]);
  return Buffer.concat([
    u4(0xcafebabe),
    u2(0),
    u2(49),
    u2(pool.length + 1),
    ...pool,
    u2(0x21), // public, super
    u2(2),
    u2(4),
    u2(0), // interfaces
    u2(0), // fields
    u2(1), // methods: public static hello
    u2(0x9),
    u2(5),
    u2(6),
    u2(1),
    u2(7),
    u4(code.length),
    code,
    u2(0), // attributes
  ]);
}

describe("artifacts on a real Spark", () => {
  let spark: SparkSession;
  let folder: string;
  beforeAll(async () => {
    spark = await connect();
    folder = uniquePath("artifacts");
    await mkdir(folder);
  });
  afterAll(async () => {
    await spark.stop();
  });

  async function written(name: string, content: Uint8Array | string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  /** The value of a Python expression in a worker of the session; `root` is the folder with its files. */
  async function inWorker(expression: string): Promise<unknown> {
    const name = uniqueName("look");
    await spark.dataSource.register(reading(name, expression));
    const [row] = await spark.read.format(name).load().collect();
    return (row as Record<string, unknown> | undefined)?.["value"];
  }

  /** A function of its own, so that no variable holds the content after it returns. */
  function bigArchive(known: string): Promise<string> {
    return written(
      `${uniqueName("big")}.zip`,
      zip([
        { name: "random.bin", content: randomBytes(50 * MIB) },
        { name: "folder/known.txt", content: Buffer.from(known) },
      ]),
    );
  }

  it("an archive of 50 MB is unpacked under its alias, and the client never holds all of it in memory", async () => {
    const known = "known to the test";
    const path = await bigArchive(known);
    // Collect garbage first, so that it does not count as held memory.
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const held = (): number => {
      // V8 frees the buffers of one collection later, in a thread that can lag. The next collection waits for it.
      collect();
      collect();
      return process.memoryUsage().arrayBuffers;
    };
    // Node frees a buffer some time after the object that held it.
    await expect.poll(held, { timeout: 30_000 }).toBeLessThan(20 * MIB);
    const before = held();
    let peak = before;
    // Collecting takes up to 100 ms on a busy machine, and the upload waits meanwhile.
    const sampling = setInterval(() => (peak = Math.max(peak, held())), 250);
    const startedAt = performance.now();
    await spark.addArtifact(`${path}#unpacked`, { archive: true });
    clearInterval(sampling);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const grown = ((peak - before) / MIB).toFixed(1);
    console.log(`50 MiB sent in ${seconds} s; buffers grew by at most ${grown} MiB`);
    expect(peak - before).toBeLessThan(20 * MIB);
    expect(
      await inWorker(`open(os.path.join(root, "unpacked", "folder", "known.txt")).read()`),
    ).toBe(known);
    expect(await inWorker(`os.path.getsize(os.path.join(root, "unpacked", "random.bin"))`)).toBe(
      String(50 * MIB),
    );
  });

  it("an archive without an alias is unpacked under its own name", async () => {
    const name = `${uniqueName("plain")}.zip`;
    const data = zip([{ name: "known.txt", content: Buffer.from("plain") }]);
    await spark.addArtifacts({ name, data }, { archive: true });
    expect(await inWorker(`open(os.path.join(root, "${name}", "known.txt")).read()`)).toBe("plain");
  });

  it("a class runs from a jar, and from a class file", async () => {
    const [inJar, alone] = [uniqueName("InJar"), uniqueName("Alone")];
    const classLoads = (name: string): Promise<unknown> =>
      spark.sql(`SELECT reflect('sparktide.${name}', 'hello')`).then((df) => df.collect());
    await expect(classLoads(inJar)).rejects.toBeInstanceOf(AnalysisException);
    const jar = await written(
      `${inJar}.jar`,
      zip([{ name: `sparktide/${inJar}.class`, content: classFile(`sparktide/${inJar}`, "jar") }]),
    );
    await spark.addArtifacts(jar, {
      name: `sparktide/${alone}.class`,
      data: classFile(`sparktide/${alone}`, "class"),
    });
    const answer = await spark.sql(
      `SELECT reflect('sparktide.${inJar}', 'hello') AS a, reflect('sparktide.${alone}', 'hello') AS b`,
    );
    expect(await answer.collect()).toEqual([{ a: "jar", b: "class" }]);
  });

  it("Python files and zips are imported by a data source registered after them", async () => {
    const [one, two] = [uniqueName("one"), uniqueName("two")];
    const path = await written(`${one}.py`, "ANSWER = 41");
    const data = zip([{ name: `${two}/__init__.py`, content: Buffer.from("STEP = 1") }]);
    await spark.addArtifacts(path, { name: `${two}.zip`, data }, { pyfile: true });
    expect(await inWorker(`__import__("${one}").ANSWER + __import__("${two}").STEP`)).toBe("42");
  });

  it("files arrive byte for byte: empty files, files of one or more chunks, several files in one call", async () => {
    const sizes = [0, 1, 32 * 1024, 32 * 1024 + 1, 64 * 1024, 1_000_001];
    const prefix = uniqueName("sizes");
    const files = sizes.map((size) => ({ name: `${prefix}-${size}`, data: randomBytes(size) }));
    await spark.addArtifacts(...files, { file: true });
    const hashes = files.map(({ data }) => createHash("sha256").update(data).digest("hex"));
    const names = JSON.stringify(files.map(({ name }) => name));
    expect(
      await inWorker(
        `" ".join(hashlib.sha256(open(os.path.join(root, n), "rb").read()).hexdigest() for n in ${names})`,
      ),
    ).toBe(hashes.join(" "));
  });

  it("adding the same content again succeeds, and other content under that name is refused", async () => {
    const name = `${uniqueName("again")}.py`;
    const send = (text: string): Promise<void> =>
      spark.addArtifact({ name, data: Buffer.from(text) }, { pyfile: true });
    await send("A = 1");
    await send("A = 1");
    const refused = send("A = 2");
    await expect(refused).rejects.toBeInstanceOf(SparkException);
    await expect(refused).rejects.toMatchObject({ errorClass: "ARTIFACT_ALREADY_EXISTS" });
    expect(await inWorker(`__import__("${name.replace(".py", "")}").A`)).toBe("1");
  });

  it("a file that grows while it is sent is an error, and can be sent once it is complete", async () => {
    const path = await written(`${uniqueName("growing")}.bin`, randomBytes(20 * MIB));
    const stop = new AbortController();
    const growing = (async () => {
      while (!stop.signal.aborted) await appendFile(path, "x");
    })();
    const sent = spark.addArtifact(path, { file: true });
    await expect(sent).rejects.toMatchObject({ code: "ARTIFACT_CHANGED" });
    stop.abort();
    await growing;
    // Use another name, because the server may keep the partial file of the first one.
    const name = `${uniqueName("grown")}.bin`;
    const whole = await written(name, await readFile(path));
    await spark.addArtifact(whole, { file: true });
    expect(await inWorker(`os.path.getsize(os.path.join(root, "${name}"))`)).toBe(
      String((await stat(whole)).size),
    );
  });

  it("an aborted upload rejects with the signal's reason", async () => {
    const path = await written(`${uniqueName("aborted")}.bin`, randomBytes(20 * MIB));
    const reason = new Error("changed my mind");
    const abort = new AbortController();
    const sent = spark.addArtifact(path, { file: true, signal: abort.signal });
    setTimeout(() => {
      abort.abort(reason);
    }, 20);
    await expect(sent).rejects.toBe(reason);
  });

  it("bytes are cached once, under their hash", async () => {
    const client = new SparkConnectClient(openChannel(parseConnectionString(inject("sparkUrl"))), {
      sessionId: randomUUID(),
      userId: "artifacts",
      clientType: "test",
    });
    const connection = new SparkConnection(
      client,
      new SparkVersion(await spark.version()),
      arrowCodec,
    );
    const known = async (name: string): Promise<boolean | undefined> =>
      (await client.artifactStatus([name])).statuses[name]?.exists;
    try {
      const data = randomBytes(3 * MIB);
      const hash = await cacheArtifact(connection, data);
      expect(await known(`cache/${hash}`)).toBe(true);
      expect(await known(`cache/${"0".repeat(64)}`)).toBe(false);
      expect(await cacheArtifact(connection, data)).toBe(hash);
      const empty = await cacheArtifact(connection, new Uint8Array());
      expect(await known(`cache/${empty}`)).toBe(true);
    } finally {
      await client.releaseSession();
      await client.close();
    }
  });

  it("copyFromLocalToFs() to the server's local disk is refused unless the server allows it", async () => {
    const content = randomBytes(100_000);
    const path = await written("local.bin", content);
    const dest = join(folder, "copied.bin");
    const refused = spark.copyFromLocalToFs(path, dest);
    await expect(refused).rejects.toBeInstanceOf(UnsupportedOperationException);
    await expect(refused).rejects.toThrow(
      /spark\.sql\.artifact\.copyFromLocalToFs\.allowDestLocal/,
    );
    const allowed = spark.conf.set("spark.sql.artifact.copyFromLocalToFs.allowDestLocal", true);
    if (isSparkAtLeast(4, 3)) {
      // From here on, the owner of the server decides.
      await expect(allowed).rejects.toMatchObject({ errorClass: "CANNOT_MODIFY_STATIC_CONFIG" });
      return;
    }
    await allowed;
    await spark.copyFromLocalToFs(path, dest);
    expect((await readFile(dest)).equals(content)).toBe(true);
  });
});
