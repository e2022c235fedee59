import { create } from "@bufbuild/protobuf";
import * as zlib from "node:zlib";
import {
  CompressionCodec,
  Plan_CompressedOperation_OpType as OpType,
  PlanSchema,
  type Plan,
} from "../gen/spark/connect/base_pb.js";
import { CommandSchema } from "../gen/spark/connect/commands_pb.js";
import { RelationSchema } from "../gen/spark/connect/relations_pb.js";
import { encodeMessage } from "./encode-message.js";

type Compress = (bytes: Uint8Array) => Uint8Array;

/** Node's zstd, available since 22.15. The installed types are of an older Node. */
const zstdCompress = (zlib as { readonly zstdCompressSync?: Compress }).zstdCompressSync;

/** Whether this version of Node can compress plans. */
export const CAN_COMPRESS_PLANS: boolean = zstdCompress !== undefined;

/**
 * Compresses the plan's relation or command if it is larger than the threshold and compression makes it
 * smaller. Otherwise returns the plan unchanged.
 */
export function compressedPlan(plan: Plan, thresholdBytes: number): Plan {
  if (zstdCompress === undefined) return plan;
  const { opType } = plan;
  if (opType.case !== "root" && opType.case !== "command") return plan;
  const bytes =
    opType.case === "root"
      ? encodeMessage(RelationSchema, opType.value)
      : encodeMessage(CommandSchema, opType.value);
  if (bytes.byteLength <= thresholdBytes) return plan;
  const data = zstdCompress(bytes);
  if (data.byteLength >= bytes.byteLength) return plan;
  return create(PlanSchema, {
    opType: {
      case: "compressedOperation",
      value: {
        data,
        opType: opType.case === "root" ? OpType.RELATION : OpType.COMMAND,
        compressionCodec: CompressionCodec.ZSTD,
      },
    },
  });
}
