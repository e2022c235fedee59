import { joinIpcStreams, toRecordBatches, toTable } from "../arrow/arrow-table.js";
import { BatchAssembler } from "../arrow/ipc/batch-assembler.js";
import { RowDecoder } from "../arrow/decode/row-decoder.js";
import { encodeLocalInput } from "./local-data/local-input.js";
import { sendRows } from "./local-data/send-rows.js";

/** The functions of a session that need Arrow. */
export interface ArrowCodec {
  readonly BatchAssembler: typeof BatchAssembler;
  readonly RowDecoder: typeof RowDecoder;
  readonly toRecordBatches: typeof toRecordBatches;
  readonly toTable: typeof toTable;
  readonly joinIpcStreams: typeof joinIpcStreams;
  readonly encodeLocalInput: typeof encodeLocalInput;
  readonly sendRows: typeof sendRows;
}

/**
 * Loading apache-arrow takes as long as loading everything else. So a session loads this file while it waits for
 * the server's first answer.
 */
export const arrowCodec: ArrowCodec = {
  BatchAssembler,
  RowDecoder,
  toRecordBatches,
  toTable,
  joinIpcStreams,
  encodeLocalInput,
  sendRows,
};
