import * as zlib from "node:zlib";

/** Node has it since 22.15. */
export const HAS_ZSTD: boolean = "zstdDecompressSync" in zlib;
