import { appendFile, mkdtemp, readdir, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, status, type ServerReadableStream } from "@grpc/grpc-js";
import type { sendUnaryData } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ProtocolError, SparkError } from "../../../src/errors.js";
import {
  AddArtifactsRequestSchema,
  AddArtifactsResponseSchema,
  ArtifactStatusesRequestSchema,
  ArtifactStatusesResponseSchema,
  type AddArtifactsRequest,
  type AddArtifactsResponse,
  type ArtifactStatusesRequest,
  type ArtifactStatusesResponse,
} from "../../../src/gen/spark/connect/base_pb.js";
import { FileContent, MemoryContent } from "../../../src/connection/artifacts/artifact-content.js";
import {
  addArtifacts,
  cacheArtifact,
  payloads,
  sendArtifacts,
  type NamedContent,
} from "../../../src/connection/artifacts/send-artifacts.js";
import { arrowCodec } from "../../../src/connection/arrow-codec.js";
import { SparkConnection } from "../../../src/connection/spark-connection.js";
import { SparkVersion } from "../../../src/connection/spark-version.js";
import { openChannel } from "../../../src/transport/channel.js";
import { parseConnectionString } from "../../../src/transport/connection-string.js";
import { SparkConnectClient } from "../../../src/transport/spark-connect-client.js";
import { eventually } from "../../support/eventually.js";

const CHUNK = 32 * 1024;
const MIB = 1024 * 1024;

function memory(name: string, byteLength: number): NamedContent {
  return { name, content: new MemoryContent(Buffer.alloc(byteLength, name)) };
}

/** The payloads as text: `batch a:1 b:2`, `begin a 3/70000`, `chunk 32768`. */
async function shapes(...artifacts: NamedContent[]): Promise<string[]> {
  const seen: string[] = [];
  for await (const payload of payloads(artifacts)) {
    if (payload.case === "batch") {
      const parts = payload.value.artifacts ?? [];
      seen.push(`batch ${parts.map((p) => `${p.name}:${p.data?.data?.byteLength}`).join(" ")}`);
    } else if (payload.case === "beginChunk") {
      seen.push(
        `begin ${payload.value.name} ${payload.value.numChunks}/${payload.value.totalBytes}`,
      );
    } else {
      expect(payload.value?.crc).toBe(BigInt(crc32(payload.value?.data ?? "")));
      seen.push(`chunk ${payload.value?.data?.byteLength}`);
    }
  }
  return seen;
}

describe("artifact payloads", () => {
  it("combine small artifacts up to one chunk, and split large ones", async () => {
    expect(
      await shapes(
        memory("a", 0),
        memory("b", CHUNK - 1),
        memory("c", 1),
        memory("d", 1),
        memory("e", 2 * CHUNK + 1),
        memory("f", CHUNK),
        memory("g", 1),
      ),
    ).toEqual([
      `batch a:0 b:${CHUNK - 1} c:1`,
      "batch d:1",
      `begin e 3/${2 * CHUNK + 1}`,
      `chunk ${CHUNK}`,
      "chunk 1",
      `batch f:${CHUNK}`,
      "batch g:1",
    ]);
  });

  it("end with a full chunk if the size is a multiple of the chunk size", async () => {
    expect(await shapes(memory("a", 2 * CHUNK))).toEqual([
      `begin a 2/${2 * CHUNK}`,
      `chunk ${CHUNK}`,
    ]);
    expect(await shapes()).toEqual([]);
  });
});

/** How the scripted server treats one AddArtifacts stream. */
type Treatment = "accept" | "unavailable at once" | "corrupt" | "never read";

describe("sending artifacts", () => {
  let folder: string;
  let server: Server;
  let connection: SparkConnection;
  let script: Treatment[];
  let cached: Set<string>;
  /** The received bytes by name, for each stream that ended without an error. */
  let received: Map<string, Buffer>[];
  let streams: number;
  let cancelled: number;

  function addArtifactsHandler(
    call: ServerReadableStream<AddArtifactsRequest, AddArtifactsResponse>,
    answer: sendUnaryData<AddArtifactsResponse>,
  ): void {
    streams++;
    const treatment = script.shift() ?? "accept";
    const files = new Map<string, Buffer[]>();
    let current: Buffer[] = [];
    call.on("cancelled", () => cancelled++);
    call.on("error", () => undefined);
    if (treatment === "never read") return;
    call.on("data", ({ payload }: AddArtifactsRequest) => {
      if (treatment === "unavailable at once") {
        answer({ code: status.UNAVAILABLE, details: "not now" });
        return;
      }
      if (payload.case === "batch") {
        for (const { name, data } of payload.value.artifacts) {
          files.set(name, [Buffer.from(data?.data ?? [])]);
        }
      } else if (payload.case === "beginChunk") {
        current = [Buffer.from(payload.value.initialChunk?.data ?? [])];
        files.set(payload.value.name, current);
      } else if (payload.case === "chunk") {
        current.push(Buffer.from(payload.value.data));
      }
    });
    call.on("end", () => {
      received.push(new Map([...files].map(([name, parts]) => [name, Buffer.concat(parts)])));
      const artifacts = [...files.keys()].map((name) => ({
        name,
        isCrcSuccessful: treatment !== "corrupt",
      }));
      answer(null, create(AddArtifactsResponseSchema, { artifacts }));
    });
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sparktide-artifacts-"));
    script = [];
    cached = new Set();
    received = [];
    streams = 0;
    cancelled = 0;
    server = new Server();
    server.addService(
      {
        AddArtifacts: {
          path: "/spark.connect.SparkConnectService/AddArtifacts",
          requestStream: true,
          responseStream: false,
          requestSerialize: (value: AddArtifactsRequest) =>
            Buffer.from(toBinary(AddArtifactsRequestSchema, value)),
          requestDeserialize: (bytes: Buffer) => fromBinary(AddArtifactsRequestSchema, bytes),
          responseSerialize: (value: AddArtifactsResponse) =>
            Buffer.from(toBinary(AddArtifactsResponseSchema, value)),
          responseDeserialize: (bytes: Buffer) => fromBinary(AddArtifactsResponseSchema, bytes),
        },
        ArtifactStatus: {
          path: "/spark.connect.SparkConnectService/ArtifactStatus",
          requestStream: false,
          responseStream: false,
          requestSerialize: (value: ArtifactStatusesRequest) =>
            Buffer.from(toBinary(ArtifactStatusesRequestSchema, value)),
          requestDeserialize: (bytes: Buffer) => fromBinary(ArtifactStatusesRequestSchema, bytes),
          responseSerialize: (value: ArtifactStatusesResponse) =>
            Buffer.from(toBinary(ArtifactStatusesResponseSchema, value)),
          responseDeserialize: (bytes: Buffer) => fromBinary(ArtifactStatusesResponseSchema, bytes),
        },
      },
      {
        AddArtifacts: addArtifactsHandler,
        ArtifactStatus: (
          call: { request: ArtifactStatusesRequest },
          answer: sendUnaryData<ArtifactStatusesResponse>,
        ) => {
          const statuses = Object.fromEntries(
            call.request.names.map((name) => [name, { exists: cached.has(name) }]),
          );
          answer(null, create(ArtifactStatusesResponseSchema, { statuses }));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const client = new SparkConnectClient(
      openChannel(parseConnectionString(`sc://127.0.0.1:${port}`)),
      { sessionId: "s", userId: "u", clientType: "test" },
    );
    connection = new SparkConnection(client, new SparkVersion("4.2.1"), arrowCodec);
  });

  afterEach(async () => {
    await connection.client.close();
    server.forceShutdown();
    await rm(folder, { recursive: true });
  });

  async function file(name: string, byteLength: number): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, Buffer.alloc(byteLength, "0123456789"));
    return path;
  }

  /** The number of open handles of this process on the file. */
  async function openHandles(path: string): Promise<number> {
    const links = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => undefined),
      ),
    );
    return links.filter((link) => link === path).length;
  }

  it("resends the whole stream if an attempt fails in the middle", async () => {
    script = ["unavailable at once", "accept"];
    const path = await file("large", 5 * MIB);
    await sendArtifacts(connection, [
      memory("files/small", 3),
      { name: "files/large", content: new FileContent(path) },
    ]);
    expect(streams).toBe(2);
    expect(received).toHaveLength(1);
    expect(received[0]?.get("files/small")?.toString()).toBe("fil");
    expect(received[0]?.get("files/large")?.equals(Buffer.alloc(5 * MIB, "0123456789"))).toBe(true);
    await eventually(async () => (await openHandles(path)) === 0, { withinMs: 5_000 });
  });

  it("reads no more than the connection accepts, and closes the file when aborted", async () => {
    script = ["never read"];
    const path = await file("large", 64 * MIB);
    const content = new FileContent(path);
    let pulled = 0;
    const counted = {
      open: async () => {
        const opened = await content.open();
        return {
          ...opened,
          chunks: async function* () {
            for await (const chunk of opened.chunks()) {
              pulled += chunk.byteLength;
              yield chunk;
            }
          },
        };
      },
    };
    const abort = new AbortController();
    const sent = sendArtifacts(connection, [{ name: "files/large", content: counted }], {
      signal: abort.signal,
    });
    const failed = expect(sent).rejects.toThrow("enough");
    let before = -1;
    await eventually(
      () => {
        const isStill = pulled > 0 && pulled === before;
        before = pulled;
        return isStill;
      },
      { withinMs: 5_000 },
    );
    expect(pulled).toBeLessThan(8 * MIB);
    expect(await openHandles(path)).toBe(1);
    abort.abort(new Error("enough"));
    await failed;
    await eventually(async () => (await openHandles(path)) === 0, { withinMs: 5_000 });
  });

  it.each([
    ["shrinks", (path: string) => truncate(path, MIB)],
    ["grows", (path: string) => appendFile(path, "x")],
  ])("cancels the stream if a file %s while it is read", async (_, change) => {
    const path = await file("large", 4 * MIB);
    const content = new FileContent(path);
    const changing = {
      open: async () => {
        const opened = await content.open();
        await change(path);
        return opened;
      },
    };
    const sent = sendArtifacts(connection, [{ name: "files/large", content: changing }]);
    await expect(sent).rejects.toMatchObject({ code: "ARTIFACT_CHANGED" });
    await expect(sent).rejects.toBeInstanceOf(SparkError);
    await eventually(() => cancelled === 1, { withinMs: 5_000 });
    // Node ends a cancelled stream before it resets it. A server may take that for a normal end.
    expect(streams).toBe(1);
    expect(await openHandles(path)).toBe(0);
  });

  it("fails with ARTIFACT_UNREADABLE if a file was deleted meanwhile", async () => {
    const content = new FileContent(join(folder, "gone"));
    const sent = sendArtifacts(connection, [{ name: "files/gone", content }]);
    await expect(sent).rejects.toMatchObject({ code: "ARTIFACT_UNREADABLE" });
  });

  it("fails with ARTIFACT_CORRUPT if the server's checksum differs", async () => {
    script = ["corrupt"];
    const sent = addArtifacts(connection, [{ name: "files/x", content: Buffer.from("x") }]);
    await expect(sent).rejects.toBeInstanceOf(ProtocolError);
    await expect(sent).rejects.toMatchObject({ code: "ARTIFACT_CORRUPT" });
  });

  it("caches bytes under their hash and sends them only if the server lacks them", async () => {
    const hash = await cacheArtifact(connection, Buffer.from("abc"));
    expect(hash).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(received[0]?.get(`cache/${hash}`)?.toString()).toBe("abc");
    cached.add(`cache/${hash}`);
    expect(await cacheArtifact(connection, Buffer.from("abc"))).toBe(hash);
    expect(streams).toBe(1);
  });
});
