/** Results that the server compresses at the session's request. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readHeader, readIpcStream } from "../../../src/arrow/ipc/ipc-stream.js";
import { RowDecoder } from "../../../src/arrow/decode/row-decoder.js";
import type { SparkSession } from "../../../src/index.js";
import { HAS_ZSTD } from "../../support/zstd.js";
import { connect, isSparkAtLeast } from "../support.js";

const CODEC_KEY = "spark.sql.execution.arrow.compression.codec";
const QUERY = `SELECT id, id % 2 = 0 AS b, IF(id % 3 = 0, NULL, repeat(hex(id), 3)) AS s, cast(id AS DECIMAL(30, 4)) AS d,
  timestamp_micros(id * 1000003) AS t, array(id, NULL, id + 1) AS a, map(cast(id AS STRING), binary(hex(id))) AS m,
  named_struct('x', id, 'y', array(named_struct('z', cast(id AS STRING)))) AS st, cast(NULL AS VOID) AS v
  FROM range(3000)`;

describe.skipIf(!isSparkAtLeast(4, 1))("compressed results (Spark 4.1 and newer)", () => {
  let spark: SparkSession;
  beforeAll(async () => {
    spark = await connect();
  });
  afterAll(async () => {
    await spark.stop();
  });

  for (const codec of ["lz4", "zstd"]) {
    it.skipIf(codec === "zstd" && !HAS_ZSTD)(`with ${codec} hold the same values`, async () => {
      const df = await spark.sql(QUERY);
      await spark.conf.set(CODEC_KEY, "none");
      const plain = await df.collect();
      const plainTable = await df.toArrow();
      await spark.conf.set(CODEC_KEY, codec);
      const decode = vi.spyOn(RowDecoder.prototype, "decodeSlices");
      const rows = await df.collect();
      const batches = decode.mock.calls.flatMap(([stream]) => readIpcStream(stream).messages);
      decode.mockRestore();
      expect(batches).not.toHaveLength(0);
      for (const { message } of batches)
        expect(message.isRecordBatch() && readHeader(message).compression).toBeTruthy();
      expect(rows).toEqual(plain);
      const table = await df.toArrow();
      expect(table.numRows).toBe(plainTable.numRows);
      for (const name of ["id", "s", "d"])
        expect(table.getChild(name)?.toJSON(), name).toEqual(plainTable.getChild(name)?.toJSON());
    });
  }

  it.skipIf(HAS_ZSTD)("with zstd are refused by name on a Node without zstd", async () => {
    await spark.conf.set(CODEC_KEY, "zstd");
    await expect((await spark.sql(QUERY)).collect()).rejects.toMatchObject({
      name: "DecodeError",
      code: "COMPRESSED_BATCH",
    });
  });
});
