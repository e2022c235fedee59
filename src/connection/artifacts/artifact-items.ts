import { open, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ArgumentError } from "../../errors.js";
import { checkOptions } from "../../option-check.js";
import {
  FileContent,
  MemoryContent,
  sameContent,
  type ArtifactContent,
} from "./artifact-content.js";
import type { NamedContent } from "./send-artifacts.js";
import type { CallOptions } from "../call-options.js";

/** A file in memory. */
export interface ArtifactData {
  /** The file name. Only a `.class` file may have folders, which are its package. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A path or `file:` URL of a local file, or a file in memory. */
export type ArtifactItem = string | ArtifactData;

/** The kind of the files. Set at most one. Default: jars and classes. */
export interface ArtifactOptions extends CallOptions {
  /** `.py`, `.zip`, `.egg` or `.jar` files that Python code on the server can import. */
  readonly pyfile?: boolean | undefined;
  /**
   * `.zip`, `.jar`, `.tar`, `.tar.gz` or `.tgz` files that the server unpacks into a folder. `#alias` after the
   * path names the folder. Default: the file's name.
   */
  readonly archive?: boolean | undefined;
  /** Files of any kind, sent unchanged. */
  readonly file?: boolean | undefined;
}

interface Kind {
  readonly prefix: string;
  /** Allowed extensions. Empty: all. */
  readonly extensions: readonly string[];
}

const KINDS = {
  pyfile: { prefix: "pyfiles", extensions: [".py", ".zip", ".egg", ".jar"] },
  archive: { prefix: "archives", extensions: [".zip", ".jar", ".tar.gz", ".tgz", ".tar"] },
  file: { prefix: "files", extensions: [] },
} as const satisfies Record<string, Kind>;
const JAR: Kind = { prefix: "jars", extensions: [".jar"] };
const CLASS: Kind = { prefix: "classes", extensions: [".class"] };

/** A host part distinguishes a URL from a Windows drive; only `file:/x` is a URL without it. */
const URL_SCHEME = /^(?:([a-z][a-z\d+.-]+):\/\/|(file):)/i;

/** Splits the arguments of addArtifacts() into items and optional options. */
export function splitArguments(args: readonly (ArtifactItem | ArtifactOptions)[]): {
  items: ArtifactItem[];
  options: ArtifactOptions;
} {
  const last = args.at(-1);
  const hasOptions = last !== undefined && !isItem(last);
  const items = hasOptions ? args.slice(0, -1) : [...args];
  const stray = items.find((item) => !isItem(item));
  if (stray !== undefined) {
    throw new ArgumentError(
      "items",
      "addArtifacts() takes its options once, as the last argument.",
    );
  }
  if (hasOptions) checkOptions("addArtifacts()", last, ["pyfile", "archive", "file", "signal"]);
  return { items: items as ArtifactItem[], options: hasOptions ? last : {} };
}

function isItem(value: ArtifactItem | ArtifactOptions): value is ArtifactItem {
  return typeof value === "string" || "name" in value || "data" in value;
}

/**
 * Gives the items their names on the server, and checks them as far as possible before sending.
 *
 * @throws {ArgumentError} an item has the wrong extension, does not exist, is a folder or unreadable, or
 * has the name of other content
 */
export async function namedContents(
  items: readonly ArtifactItem[],
  options: ArtifactOptions,
): Promise<NamedContent[]> {
  const kinds = kindsOf(options);
  const distinct = new Map<string, NamedContent>();
  for (const item of items) {
    const named = typeof item === "string" ? await fromPath(item, kinds) : fromData(item, kinds);
    // The server stores an archive without its alias, and would silently drop a second alias.
    const stored = storedName(named.name);
    const earlier = distinct.get(stored);
    if (earlier === undefined) {
      distinct.set(stored, named);
    } else if (
      earlier.name !== named.name ||
      !(await sameContent(earlier.content, named.content))
    ) {
      throw new ArgumentError(
        "items",
        `Two items would be named ${earlier.name} and ${named.name} in the session, but their names must differ. Add a hash of the content to the file names.`,
      );
    }
  }
  return [...distinct.values()];
}

/**
 * The artifact for a file that the server copies to its file system.
 *
 * @throws {ArgumentError} the file is not readable, or the destination is not an absolute path
 */
export async function forwardedContent(localPath: string, destPath: string): Promise<NamedContent> {
  const content = await readableFile(pathOf(localPath, "localPath"), "localPath");
  if (!/^\/[^/]/.test(destPath) || destPath.endsWith("/") || destPath.split("/").includes("..")) {
    throw new ArgumentError(
      "destPath",
      `destPath must be an absolute path of a file without "..", such as "/tmp/x.csv", got ${JSON.stringify(destPath)}.`,
    );
  }
  return { name: `forward_to_fs${destPath}`, content };
}

function kindsOf(options: ArtifactOptions): readonly Kind[] {
  const unknown = Object.keys(options).find((key) => key !== "signal" && !(key in KINDS));
  if (unknown !== undefined) {
    throw new ArgumentError(
      "options",
      `Unknown option ${unknown} of addArtifacts(). Known options: pyfile, archive, file, signal.`,
    );
  }
  const chosen = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((key) => options[key]);
  if (chosen.length > 1) {
    throw new ArgumentError("options", `Only one of the options ${chosen.join(", ")} can be true.`);
  }
  const [kind] = chosen;
  return kind === undefined ? [JAR, CLASS] : [KINDS[kind]];
}

async function fromPath(item: string, kinds: readonly Kind[]): Promise<NamedContent> {
  const [plain, alias] = splitAlias(item, kinds);
  const path = pathOf(plain, "items");
  const name = artifactName(basename(path), alias, kinds);
  return { name, content: await readableFile(path, "items") };
}

function fromData(item: ArtifactData, kinds: readonly Kind[]): NamedContent {
  if (typeof item.name !== "string" || !(item.data instanceof Uint8Array)) {
    throw new ArgumentError(
      "items",
      "An item must be a path, or { name, data } with a string and a Uint8Array.",
    );
  }
  const [plain, alias] = splitAlias(item.name, kinds);
  return { name: artifactName(plain, alias, kinds), content: new MemoryContent(item.data) };
}

/** Splits off the `#alias` of an archive. In other files `#` is an ordinary character. */
function splitAlias(text: string, kinds: readonly Kind[]): [string, string | undefined] {
  const [, plain, alias] = /^(.*)#([^#/\\]*)$/s.exec(text) ?? [];
  if (!kinds.includes(KINDS.archive) || plain === undefined || alias === undefined) {
    return [text, undefined];
  }
  if (alias === "." || alias === "..") {
    throw new ArgumentError(
      "items",
      `The alias of an archive must not be ${JSON.stringify(alias)}.`,
    );
  }
  return [plain, alias === "" ? undefined : alias];
}

function artifactName(name: string, alias: string | undefined, kinds: readonly Kind[]): string {
  const kind = kinds.find(
    ({ extensions }) =>
      extensions.length === 0 || extensions.some((extension) => name.endsWith(extension)),
  );
  if (kind === undefined) {
    const wanted = kinds.flatMap(({ extensions }) => extensions).join(", ");
    const hint = kinds.includes(JAR) ? "; for other files set pyfile, archive or file" : "";
    throw new ArgumentError(
      "items",
      `${JSON.stringify(name)} must end with one of ${wanted}${hint}.`,
    );
  }
  const folders = name.split("/");
  const isFlat = folders.length === 1 || kind === CLASS;
  if (!isFlat || folders.some((part) => ["", ".", ".."].includes(part)) || /[\\\0]/.test(name)) {
    throw new ArgumentError(
      "items",
      `${JSON.stringify(name)} must be a file name${kind === CLASS ? "" : " without folders"}.`,
    );
  }
  if (kind === KINDS.archive && name.includes("#")) {
    throw new ArgumentError(
      "items",
      `The file name of an archive must not contain "#", got ${name}.`,
    );
  }
  return `${kind.prefix}/${name}${alias === undefined ? "" : `#${alias}`}`;
}

function storedName(name: string): string {
  return name.startsWith("archives/") ? name.replace(/#.*$/s, "") : name;
}

function pathOf(text: string, argument: string): string {
  const [, before, file] = URL_SCHEME.exec(text) ?? [];
  const scheme = (before ?? file)?.toLowerCase();
  if (scheme === undefined) return resolve(text);
  if (scheme !== "file") {
    throw new ArgumentError(
      argument,
      `Only local files can be sent, got a ${scheme}: URL. Download the file first.`,
    );
  }
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw new ArgumentError(argument, `${text} is not a valid file: URL of this machine.`, {
      cause: error,
    });
  }
}

/** Opens the file once, so that a wrong path fails before anything is sent. */
async function readableFile(path: string, argument: string): Promise<ArtifactContent> {
  let isFile: boolean;
  try {
    // Check first, because opening a named pipe would wait for a writer.
    isFile = (await stat(path)).isFile();
    if (isFile) await (await open(path, "r")).close();
  } catch (error) {
    throw new ArgumentError(argument, `Cannot read the file ${path}.`, { cause: error });
  }
  if (!isFile) throw new ArgumentError(argument, `${path} is not a file. Folders cannot be sent.`);
  return new FileContent(path);
}
