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

/** A file made in memory. */
export interface ArtifactData {
  /** Its file name; folders only for a `.class`, whose package they are. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** A path or `file:` URL of a file on this machine, or a file made in memory. */
export type ArtifactItem = string | ArtifactData;

/** What the files are for, one of three; none: jars and classes. */
export interface ArtifactOptions extends CallOptions {
  /** `.py`, `.zip`, `.egg` or `.jar` that Python code on the server can import. */
  readonly pyfile?: boolean | undefined;
  /**
   * `.zip`, `.jar`, `.tar`, `.tar.gz` or `.tgz` that the server unpacks into a folder named by
   * `#alias` behind the path, or else like the file.
   */
  readonly archive?: boolean | undefined;
  /** Any file, as it is. */
  readonly file?: boolean | undefined;
}

interface Kind {
  readonly prefix: string;
  /** Empty: any. */
  readonly extensions: readonly string[];
}

const KINDS = {
  pyfile: { prefix: "pyfiles", extensions: [".py", ".zip", ".egg", ".jar"] },
  archive: { prefix: "archives", extensions: [".zip", ".jar", ".tar.gz", ".tgz", ".tar"] },
  file: { prefix: "files", extensions: [] },
} as const satisfies Record<string, Kind>;
const JAR: Kind = { prefix: "jars", extensions: [".jar"] };
const CLASS: Kind = { prefix: "classes", extensions: [".class"] };

/** A host part tells a URL from a Windows drive; `file:/x` is the one URL without it. */
const URL_SCHEME = /^(?:([a-z][a-z\d+.-]+):\/\/|(file):)/i;

/** Splits the arguments of addArtifacts: items, then perhaps options. */
export function splitArguments(args: readonly (ArtifactItem | ArtifactOptions)[]): {
  items: ArtifactItem[];
  options: ArtifactOptions;
} {
  const last = args.at(-1);
  const hasOptions = last !== undefined && !isItem(last);
  const items = hasOptions ? args.slice(0, -1) : [...args];
  const stray = items.find((item) => !isItem(item));
  if (stray !== undefined) {
    throw new ArgumentError("items", "Options of addArtifacts come last, and once.");
  }
  if (hasOptions) checkOptions("addArtifacts()", last, ["pyfile", "archive", "file", "signal"]);
  return { items: items as ArtifactItem[], options: hasOptions ? last : {} };
}

function isItem(value: ArtifactItem | ArtifactOptions): value is ArtifactItem {
  return typeof value === "string" || "name" in value || "data" in value;
}

/**
 * Names the items as the server wants them and checks everything that can be checked here.
 *
 * @throws {ArgumentError} an item has the wrong extension, is missing, a folder or unreadable, or
 * shares its name with other content
 */
export async function namedContents(
  items: readonly ArtifactItem[],
  options: ArtifactOptions,
): Promise<NamedContent[]> {
  const kinds = kindsOf(options);
  const distinct = new Map<string, NamedContent>();
  for (const item of items) {
    const named = typeof item === "string" ? await fromPath(item, kinds) : fromData(item, kinds);
    // The server stores an archive without its alias, and would drop a second alias in silence.
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
        `Two items would be ${earlier.name} and ${named.name} in the session: names must differ. A hash of the content in the file name keeps them apart.`,
      );
    }
  }
  return [...distinct.values()];
}

/**
 * The artifact that the server copies to a file system of its own.
 *
 * @throws {ArgumentError} no readable file, or a destination that is no absolute path
 */
export async function forwardedContent(localPath: string, destPath: string): Promise<NamedContent> {
  const content = await readableFile(pathOf(localPath, "localPath"), "localPath");
  if (!/^\/[^/]/.test(destPath) || destPath.endsWith("/") || destPath.split("/").includes("..")) {
    throw new ArgumentError(
      "destPath",
      `Destination ${JSON.stringify(destPath)} must be an absolute path of a file, like "/tmp/x.csv", without "..".`,
    );
  }
  return { name: `forward_to_fs${destPath}`, content };
}

function kindsOf(options: ArtifactOptions): readonly Kind[] {
  const unknown = Object.keys(options).find((key) => key !== "signal" && !(key in KINDS));
  if (unknown !== undefined) {
    throw new ArgumentError(
      "options",
      `addArtifacts has no option ${unknown}; it has pyfile, archive, file and signal.`,
    );
  }
  const chosen = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((key) => options[key]);
  if (chosen.length > 1) {
    throw new ArgumentError("options", `Only one of ${chosen.join(", ")} can be true.`);
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
      "An item is a path, or a name (text) with its data (Uint8Array).",
    );
  }
  const [plain, alias] = splitAlias(item.name, kinds);
  return { name: artifactName(plain, alias, kinds), content: new MemoryContent(item.data) };
}

/** Takes `#alias` off what will be unpacked; elsewhere `#` is a letter like any other. */
function splitAlias(text: string, kinds: readonly Kind[]): [string, string | undefined] {
  const [, plain, alias] = /^(.*)#([^#/\\]*)$/s.exec(text) ?? [];
  if (!kinds.includes(KINDS.archive) || plain === undefined || alias === undefined) {
    return [text, undefined];
  }
  if (alias === "." || alias === "..") {
    throw new ArgumentError("items", `${JSON.stringify(alias)} cannot be an archive's alias.`);
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
    const hint = kinds.includes(JAR) ? "; for others say pyfile, archive or file" : "";
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
      `${JSON.stringify(name)} must be a file's name${kind === CLASS ? "" : ", without folders"}.`,
    );
  }
  if (kind === KINDS.archive && name.includes("#")) {
    throw new ArgumentError("items", `An archive's own name cannot hold "#": ${name}`);
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
      `Only files of this machine can be sent, not ${scheme}: URLs. Download it first.`,
    );
  }
  try {
    return fileURLToPath(text);
  } catch (error) {
    throw new ArgumentError(argument, `${text} is no file: URL of this machine.`, {
      cause: error,
    });
  }
}

/** Opens the file once, so that a wrong path is found before anything is sent. */
async function readableFile(path: string, argument: string): Promise<ArtifactContent> {
  let isFile: boolean;
  try {
    // Asked first: opening a named pipe would wait for its writer.
    isFile = (await stat(path)).isFile();
    if (isFile) await (await open(path, "r")).close();
  } catch (error) {
    throw new ArgumentError(argument, `Cannot read the file ${path}.`, { cause: error });
  }
  if (!isFile) throw new ArgumentError(argument, `${path} is not a file; folders are not sent.`);
  return new FileContent(path);
}
