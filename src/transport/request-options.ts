import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ExecutePlanRequest_RequestOptionSchema } from "../gen/spark/connect/base_pb.js";

type RequestOption = MessageInitShape<typeof ExecutePlanRequest_RequestOptionSchema>;

/** What every execution asks of the server: that it can be reattached to, and where it can, chunks. */
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
