import { readdir, readFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { ArgumentError } from "../errors.js";

// Hand-written because Node has no zip writer, and 40 lines do not justify a fourth dependency.

/** A file inside an archive. */
export interface ZipEntry {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  readonly content: Uint8Array;
}

const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER_BYTES = 46;
const END_BYTES = 22;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATE = 8;
/** 1 January 1980, the earliest date. A fixed date gives the same files the same bytes and hash. */
const DOS_DATE = 0x0021;
/** Above these limits the format needs its 64-bit extension. */
const MAX_ENTRIES = 0xffff;
const MAX_BYTES = 0xffffffff;

/**
 * Packs entries into a zip archive. The result depends only on names and contents.
 *
 * @throws {ArgumentError} more than 65 535 entries, or more than 4 GiB
 */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  if (entries.length > MAX_ENTRIES) {
    throw new ArgumentError("entries", `A zip archive holds at most ${MAX_ENTRIES} files.`);
  }
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const packed = deflateRawSync(content, { level: 9 });
    const fields = commonFields(Buffer.from(name), content, packed.length);

    const local = Buffer.alloc(LOCAL_HEADER_BYTES);
    local.writeUInt32LE(0x04034b50, 0);
    fields.copy(local, 4);
    locals.push(local, Buffer.from(name), packed);

    const central = Buffer.alloc(CENTRAL_HEADER_BYTES);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(VERSION, 4);
    fields.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    centrals.push(central, Buffer.from(name));

    offset += local.length + Buffer.byteLength(name) + packed.length;
    if (offset > MAX_BYTES) {
      throw new ArgumentError("entries", "The archive would be larger than 4 GiB.");
    }
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The 26 bytes that an entry's two headers share. */
function commonFields(name: Buffer, content: Uint8Array, packedBytes: number): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(DEFLATE, 4);
  fields.writeUInt16LE(DOS_DATE, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packedBytes, 14);
  fields.writeUInt32LE(content.byteLength, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

/** Packs a Python package's folder under its own name, without compiled and hidden files. */
export async function zipFolder(folder: string): Promise<Uint8Array> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries: ZipEntry[] = [];
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    const inside = relative(folder, path).split(sep);
    const isSource = !inside.some((part) => part === "__pycache__" || part.startsWith("."));
    if (!file.isFile() || !isSource || file.name.endsWith(".pyc")) continue;
    entries.push({
      name: [basename(folder), ...inside].join("/"),
      content: await readFile(path),
    });
  }
  return zip(entries);
}
