/**
 * All that a session does with Arrow. apache-arrow takes as long to load as everything else together, so this
 * is loaded while the session waits for its server's first answer.
 */
export { toRecordBatches, toTable } from "../arrow/arrow-table.js";
export { BatchAssembler } from "../arrow/batch-assembler.js";
export { RowDecoder } from "../arrow/row-decoder.js";
export { encodeLocalInput } from "./local-input.js";
export { sendRows } from "./send-rows.js";
