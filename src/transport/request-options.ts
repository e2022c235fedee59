import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ExecutePlanRequest_RequestOptionSchema } from "../gen/spark/connect/base_pb.js";

type RequestOption = MessageInitShape<typeof ExecutePlanRequest_RequestOptionSchema>;

/** The options of every execution: it can be reattached, and its batches may come in chunks if allowed. */
export function requestOptions(allowChunks: boolean): RequestOption[] {
  const reattach: RequestOption = {
    requestOption: { case: "reattachOptions", value: { reattachable: true } },
  };
  if (!allowChunks) return [reattach];
  const chunks: RequestOption = {
    requestOption: { case: "resultChunkingOptions", value: { allowArrowBatchChunking: true } },
  };
  return [reattach, chunks];
}
