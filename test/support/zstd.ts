import * as zlib from "node:zlib";

/** Whether this Node supports zstd (since 22.15). */
export const HAS_ZSTD: boolean = "zstdDecompressSync" in zlib;
