import { fromBinary, toBinary } from "@bufbuild/protobuf";
import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { Plan_CompressedOperation_OpType as OpType } from "../../../src/gen/spark/connect/base_pb.js";
import { RelationSchema } from "../../../src/gen/spark/connect/relations_pb.js";
import { createView, queryPlan } from "../../../src/plan/command.js";
import { relation, sqlRelation } from "../../../src/plan/relation.js";
import { CAN_COMPRESS_PLANS, compressedPlan } from "../../../src/transport/plan-compression.js";

const large = relation(sqlRelation(`SELECT '${"same ".repeat(1_000)}'`, [], {}), 1n);
const decompress = (zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array })
  .zstdDecompressSync;

describe.skipIf(!CAN_COMPRESS_PLANS)("compressedPlan (needs Node 22.15 or newer, for zstd)", () => {
  it("compresses a large relation without changing a byte", () => {
    const plan = compressedPlan(queryPlan(large), 1_000);
    if (plan.opType.case !== "compressedOperation") throw new Error("not compressed");
    expect(plan.opType.value.opType).toBe(OpType.RELATION);
    expect(plan.opType.value.data.byteLength).toBeLessThan(500);
    const bytes = decompress?.(plan.opType.value.data) ?? new Uint8Array();
    expect(fromBinary(RelationSchema, bytes)).toEqual(large);
  });

  it("marks a compressed command as a command", () => {
    const plan = compressedPlan(createView(large, "v", { isGlobal: false, replace: true }), 1_000);
    expect(plan.opType).toMatchObject({ value: { opType: OpType.COMMAND } });
  });

  it("returns a plan unchanged if it is within the threshold or compression does not help", () => {
    const plan = queryPlan(large);
    expect(compressedPlan(plan, toBinary(RelationSchema, large).byteLength)).toBe(plan);
    const noise = relation(sqlRelation("x", [], {}), 1n);
    const small = queryPlan(noise);
    expect(compressedPlan(small, 0)).toBe(small);
  });
});
