import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";

const SOURCES = fileURLToPath(new URL("../../python-udsource/src", import.meta.url));

/** Ways to use each source; together they make Python use every default. */
const USES = {
  weather: [{ stations: "[{'id':'NYC','lat':40.71,'lon':-74.01}]" }],
  coingecko: [{}],
  rest: [
    {},
    { onError: "skip" },
    { responseFormat: "csv" },
    { responseFormat: "text" },
    { offsetType: "max_field" },
    { authType: "Basic", userId: "me" },
    ...["header", "query", "cookie"].map((apiKeyIn) => ({
      authType: "ApiKey",
      apiKey: "key",
      ...(apiKeyIn !== "header" && { apiKeyIn }),
    })),
    { authType: "OAuth1", oauthConsumerKey: "key", oauthConsumerSecret: "secret" },
    {
      authType: "OAuth2",
      oauthTokenUrl: "https://login.example.com/token",
      oauthClientId: "id",
      oauthClientSecret: "secret",
    },
    {
      authType: "Session",
      loginUrl: "https://login.example.com/session",
      loginBody: '{"user":"me"}',
      loginTokenField: "token",
    },
    {
      url: "https://api.example.com/items?from={start}&to={end}",
      windowStep: "1 day",
      initialOffset: "2024-01-01",
    },
    ...["json", "cursor", "page", "offset", "lastId"].map((pagination) => ({ pagination })),
  ].map((options) => ({ url: "https://api.example.com/items", ...options })),
};

/** Creates a source for each use, and prints the value of each option that was not given. */
const RECORDER = `
import json, sys
from importlib import import_module
from sparktide_sources import _options

module, name, names_in, uses = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
defaults, values = {}, {}

reading = False

def recording(read):
    def recorded(self, option, default="", *more):
        global reading
        # A choice reads a text: what counts is what the source asked for.
        outermost, reading = not reading, True
        try:
            value = read(self, option, default, *more)
        finally:
            reading = not outermost
        # An empty list is refused as if nothing were given.
        if outermost and default not in ("", "[]"):
            shown = str(default).lower() if isinstance(default, bool) else str(default)
            defaults.setdefault(option, set()).add(shown)
        if outermost:
            values.setdefault(option, set()).add(str(value))
        return value
    return recorded

for method in ("text", "choice", "boolean", "integer", "number", "names"):
    setattr(_options.OptionReader, method, recording(getattr(_options.OptionReader, method)))
source = getattr(import_module("sparktide_sources." + module), name)
for use in uses:
    # rest checks its options here, because it knows only now that it is read.
    source(use).schema()
known = import_module("sparktide_sources." + names_in).OPTIONS
lists = lambda found: {key: sorted(items) for key, items in found.items()}
doc = import_module("sparktide_sources." + module).__doc__
print(json.dumps({"known": known, "doc": doc, "defaults": lists(defaults), "values": lists(values)}))
`;

interface Recorded {
  readonly known: readonly string[];
  /** The doc comment of the source's module, which has a table of the options too. */
  readonly doc: string;
  readonly defaults: Readonly<Record<string, readonly string[]>>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

function record(module: string, name: string, namesIn: string, uses: readonly object[]): Recorded {
  const env = { ...process.env, PYTHONPATH: SOURCES, PYTHONDONTWRITEBYTECODE: "1" };
  const args = ["-c", RECORDER, module, name, namesIn, JSON.stringify(uses)];
  return JSON.parse(execFileSync(inject("python"), args, { encoding: "utf8", env })) as Recorded;
}

/** The rows of the generated tables of a page: the name of each option and the cell of its default. */
function documented(page: string): [name: string, otherwise: string][] {
  const text = readFileSync(new URL(`../../docs/sources/${page}`, import.meta.url), "utf8");
  const tables = /<!-- options: .*?-->(.*)<!-- \/options -->/s.exec(text)?.[1] ?? "";
  return [...tables.matchAll(/^\| `(\w+)` *\|(.*)$/gm)].map(([, name = "", rest = ""]) => {
    const [, otherwise = ""] = rest.split(/(?<!\\)\|/);
    return [name, otherwise.trim()];
  });
}

/** Whether the cell of a default names the value that Python uses. */
function agrees(otherwise: string, name: string, python: Recorded): boolean {
  const real = python.defaults[name] ?? [];
  const said = [...otherwise.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
  const other = /^the value of `(\w+)`$/.exec(otherwise)?.[1];
  if (other !== undefined) return String(real) === String(python.values[other]);
  if (/^`[^`]+`$/.test(otherwise)) return String(real) === String(said);
  // A default in words must contain each default of Python.
  return real.every((value) => said.includes(value));
}

/** The defaults in hand-written tables of options: names and values, the same number of each. */
function writtenByHand(page: string): [name: string, value: string][] {
  const text = readFileSync(new URL(`../../docs/sources/${page}`, import.meta.url), "utf8");
  const tables = text.matchAll(/^\| option .*\| default .*\n\|[-| ]+\n((?:\|.*\n)+)/gm);
  return [...tables].flatMap(([, rows = ""]) =>
    rows.split("\n").flatMap((row) => {
      const [, left = "", right = ""] = row.split("|");
      const names = [...left.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
      const values = right.match(/`[^`]+`|[^\s,`][^,`]*/g)?.map((value) => value.trim()) ?? [];
      return names.flatMap((name, at): [string, string][] => {
        const value = values.length === names.length ? values[at] : values[0];
        return value !== undefined && /^`|^\d/.test(value) ? [[name, value]] : [];
      });
    }),
  );
}

describe("hand-written tables about the options of rest", () => {
  it("name the same defaults as the Python source", () => {
    const python = record("rest", "RestDataSource", "_rest.config", USES.rest);
    const said = ["rest.md", "authentication.md"].flatMap(writtenByHand);
    expect(said.length).toBeGreaterThan(10);
    const wrong = said.filter(
      ([name, value]) => !python.defaults[name]?.includes(value.replaceAll("`", "")),
    );
    expect(wrong).toEqual([]);
  });
});

describe.each([
  ["weather", "WeatherDataSource", "weather", "weather.md", USES.weather],
  ["coingecko", "CoinGeckoDataSource", "coingecko", "coingecko.md", USES.coingecko],
  ["rest", "RestDataSource", "_rest.config", "rest-options.md", USES.rest],
] as const)("the options table of %s", (module, className, namesIn, page, uses) => {
  it("lists each option of the Python source once, with its default", () => {
    const python = record(module, className, namesIn, uses);
    const rows = documented(page);
    expect(
      rows.map(([name]) => name).sort(),
      `OPTIONS of ${namesIn}.py (expected) and docs/sources/${page} (received) differ. Add a missing option to ` +
        "OPTIONS, or to its interface in src/sources/; then run node scripts/option-tables.mjs.",
    ).toEqual([...python.known].sort());
    const wrong = rows
      .filter(([name, otherwise]) => !agrees(otherwise, name, python))
      .map(([name, otherwise]) => ({ name, otherwise, python: python.defaults[name] }));
    expect(
      wrong,
      "Python has another default: correct the @default of these options in src/sources/.",
    ).toEqual([]);
  });

  it("is repeated in the doc comment of the Python module", () => {
    const { known, doc } = record(module, className, namesIn, uses);
    const missing = known.filter((name) => !doc.includes(`\`${name}\``));
    expect(missing, `Add a row for each of these options to the table in ${module}.py.`).toEqual(
      [],
    );
  });
});
