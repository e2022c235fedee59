/**
 * `node scripts/option-tables.mjs`: writes the options tables of docs/sources from the doc comments of
 * the option interfaces in src/sources. With `--check` it writes nothing and fails if a table is out of
 * date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const BEGIN = "<!-- options: made by scripts/option-tables.mjs from src/sources -->";
const END = "<!-- /options -->";

/** The groups of the shared options. An option without a group is an error. */
const SHARED_GROUPS = {
  "Polls, rates and retries": [
    ...["streamingInterval", "requestsPerSecond", "requestsPerMinute", "burst"],
    ...["maxRetries", "maxRetryWait", "onTransient", "maxConsecutiveFailures"],
  ],
  "Timeouts and sizes": [
    ...["connectionTimeout", "readTimeout", "totalTimeout"],
    ...["maxResponseBytes", "maxOffsetBytes"],
  ],
  "Addresses and connections": [
    ...["allowHttp", "allowPrivateHosts", "allowedHosts", "proxy", "caFile"],
    ...["clientCertFile", "clientKeyFile", "clientKeyPassword"],
  ],
};

/** An option that only Python accepts, for calls that were written for another source of that name. */
const STREAMING = {
  name: "streaming",
  type: "`boolean`, in Python only",
  otherwise: "`false`",
  meaning: "Accepted and without effect: `readStream` makes a stream, `read` a batch.",
};

/** The tables of each page, in their order. */
const PAGES = {
  "docs/sources/weather.md": (code) => snapshotTables(code, "weather", "WeatherOptions"),
  "docs/sources/coingecko.md": (code) => snapshotTables(code, "coingecko", "CoinGeckoOptions"),
  "docs/sources/rest-options.md": (code) => [
    [
      "The request",
      [...code.options("RequestOptions", "rest"), ...code.options("ParentOptions", "rest")],
    ],
    ["Credentials", code.unionOptions("RestAuthOptions", "authType")],
    ["A broker of credentials and rates", code.options("BrokerOptions", "rest")],
    ...divided(code.options("RowOptions", "rest"), {
      "From answers to records": "dataField",
      "From records to rows": "outputType",
      "Errors and limits": "onError",
    }),
    ...divided(code.options("PageOptions", "rest"), {
      "How the next page is found": "pagination",
      "Where the pages end": "moreField",
    }),
    ...divided([...code.options("PositionOptions", "rest"), STREAMING], {
      "The position of a stream": "offsetField",
      "Repeated batches": "requireGuarantee",
    }),
    ["Windows of time", code.options("WindowOptions", "rest")],
    ...sharedTables(code, "rest", ["baseUrl"]),
  ],
  "docs/sources/rest-sink.md": (code) => [["A write", code.options("SinkOptions", "rest")]],
};

/** The options of an interface in groups. Each group is named with the option that it begins with. */
function divided(options, groups) {
  const starts = Object.values(groups).map((name) => {
    const at = options.findIndex((option) => option.name === name);
    return at < 0 ? fail(`${name} begins a group, but is no option`) : at;
  });
  return Object.keys(groups).map((title, group) => [
    title,
    options.slice(starts[group], starts[group + 1]),
  ]);
}

function snapshotTables(code, source, name) {
  const [baseUrl] = code.options("CommonSourceOptions", source);
  return [
    ["The request", [...code.options(name, source), baseUrl]],
    ...sharedTables(code, source, ["baseUrl"]),
  ];
}

function sharedTables(code, source, elsewhere) {
  const shared = new Map(
    code.options("CommonSourceOptions", source).map((option) => [option.name, option]),
  );
  const tables = Object.entries(SHARED_GROUPS).map(([title, names]) => [
    title,
    names.map((name) => shared.get(name) ?? fail(`CommonSourceOptions has no ${name}`)),
  ]);
  const grouped = new Set([...elsewhere, ...Object.values(SHARED_GROUPS).flat()]);
  const lost = [...shared.keys()].filter((name) => !grouped.has(name));
  if (lost.length > 0) fail(`add ${lost.join(", ")} to SHARED_GROUPS of this script`);
  return tables;
}

/** The option interfaces, parsed without a type checker. */
class Code {
  #declarations = new Map();

  constructor(folder) {
    for (const path of ts.sys.readDirectory(folder, [".ts"])) {
      const text = readFileSync(path, "utf8");
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      for (const node of file.statements) {
        if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
          this.#declarations.set(node.name.text, node);
      }
    }
  }

  /** The options that an interface itself declares, without inherited ones. */
  options(name, source) {
    return this.#members(name).map((member) => ({
      name: member.name.text,
      type: this.#type([member]),
      otherwise: member.questionToken === undefined ? "required" : defaultOf(member, source),
      meaning: docOf(member),
    }));
  }

  /** The options of a union of interfaces that differ by a field. */
  unionOptions(name, field) {
    const union = this.#declaration(name).type;
    const members = union.types.flatMap((type) =>
      this.#members(type.typeName.text).map((member) => ({ member, variant: type })),
    );
    const kinds = new Map(union.types.map((type) => [type, this.#kind(type.typeName.text, field)]));
    return [...new Set(members.map(({ member }) => member.name.text))].map((option) => {
      const found = members.filter(({ member }) => member.name.text === option);
      const nodes = found.map(({ member }) => member);
      const everywhere = found.length === union.types.length;
      const needing = found.filter(({ member }) => member.questionToken === undefined);
      return {
        name: option,
        type: this.#type(nodes),
        otherwise:
          everywhere || needing.length === 0
            ? defaultOf(nodes[0], "rest")
            : `required with ${needing.map(({ variant }) => kinds.get(variant)).join(", ")}`,
        meaning: everywhere
          ? docOf(nodes[0])
          : found.map(({ member, variant }) => `${kinds.get(variant)}: ${docOf(member)}`).join(" "),
      };
    });
  }

  #declaration(name) {
    return this.#declarations.get(name) ?? fail(`src/sources declares no ${name}`);
  }

  #members(name) {
    return this.#declaration(name).members.filter(ts.isPropertySignature);
  }

  #kind(name, field) {
    return this.#type([this.#members(name).find((member) => member.name.text === field)]);
  }

  /** A list of choices, or the type's text without `readonly`. */
  #type(members) {
    const choices = members.map(({ type }) => this.#choices(type));
    if (choices.every((found) => found !== undefined))
      return [...new Set(choices.flat())].map((value) => `\`${value}\``).join(", ");
    const text = members[0].type.getText().replace(/\breadonly |\bReadonly<(.*?>)>/g, "$1");
    return `\`${text}\``;
  }

  /** The strings that a type allows. Undefined for any other type. */
  #choices(type) {
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
    if (ts.isUnionTypeNode(type)) {
      const parts = type.types.map((part) => this.#choices(part));
      return parts.includes(undefined) ? undefined : parts.flat();
    }
    const alias = ts.isTypeReferenceNode(type) && this.#declarations.get(type.typeName.text);
    return alias && ts.isTypeAliasDeclaration(alias) ? this.#choices(alias.type) : undefined;
  }
}

/** A member's doc comment as one line. */
function docOf(member) {
  const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const text =
    ts.getTextOfJSDocComment(comment?.comment) ??
    fail(`${where(member)} has no doc comment: add one in src/sources/`);
  return text.replaceAll(/\s+/g, " ");
}

/** The `@default` for this source, as in `5000; 1000 for rest`. Text with blanks is not formatted as code. */
function defaultOf(member, source) {
  const [tag] = ts.getJSDocTags(member).filter(({ tagName }) => tagName.text === "default");
  if (tag === undefined) return "";
  const said =
    ts.getTextOfJSDocComment(tag.comment) ?? fail(`${where(member)} has an empty @default`);
  const parts = said.split("; ").map((part) => part.split(/ for (?=(?:weather|coingecko|rest)$)/));
  const own = parts.find(([, of]) => of === source) ?? parts.find(([, of]) => of === undefined);
  // If no source is named, the whole text is the default, including semicolons.
  const text = parts.some(([, of]) => of !== undefined) ? own?.[0] : said;
  if (text === undefined) return "";
  return /\s/.test(text) ? text : `\`${text}\``;
}

function where(member) {
  return `${member.parent.name?.text ?? "?"}.${member.name.text}`;
}

function fail(problem) {
  console.error(`option-tables: ${problem}.`);
  process.exit(1);
}

function markdown([title, options]) {
  const rows = options.map(({ name, type, otherwise, meaning }) =>
    [`\`${name}\``, type, otherwise, meaning]
      .map((cell) => cell.replaceAll("|", "\\|"))
      .join(" | "),
  );
  const lines = ["option | type | default | meaning", "--- | --- | --- | ---", ...rows];
  return [`### ${title}`, "", ...lines.map((line) => `| ${line} |`), ""].join("\n");
}

async function withTables(path, text, tables) {
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) fail(`${path} lacks the lines ${BEGIN} and ${END}`);
  const page = [before, BEGIN, "\n\n", tables.map(markdown).join("\n"), "\n", END, after].join("");
  return await format(page, { ...(await resolveConfig(path)), filepath: path });
}

const code = new Code(join(root, "src/sources"));
const checking = process.argv.includes("--check");
for (const [page, tablesOf] of Object.entries(PAGES)) {
  const path = join(root, page);
  const text = readFileSync(path, "utf8");
  const wanted = await withTables(path, text, tablesOf(code));
  if (wanted === text) continue;
  if (checking) {
    console.error(`${page} is out of date: run node scripts/option-tables.mjs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, wanted);
    console.log(`wrote ${page}`);
  }
}
