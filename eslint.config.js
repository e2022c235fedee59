import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** The layers, and the folders that each may import values from. */
const layers = {
  types: ["errors"],
  transport: ["errors", "gen", "types"],
  arrow: ["errors", "types"],
  plan: ["errors", "gen", "types"],
  python: ["errors"],
  javascript: ["errors", "files", "gen", "types", "plan", "python"],
  connection: ["errors", "types", "transport", "arrow", "plan", "python", "javascript"],
  dataframe: ["errors", "types", "arrow", "plan", "python", "javascript", "connection"],
  functions: ["errors", "types", "plan", "dataframe"],
  streaming: ["errors", "types", "plan", "python", "connection", "dataframe"],
  session: [
    "errors",
    "types",
    "transport",
    "plan",
    "python",
    "javascript",
    "connection",
    "dataframe",
    "streaming",
  ],
  delta: ["errors", "types", "plan", "connection", "dataframe"],
  sources: ["errors", "files", "types", "plan", "python"],
  cluster: [
    "errors",
    "types",
    "arrow",
    "plan",
    "javascript",
    "connection",
    "dataframe",
    "functions",
    "sources",
  ],
  supervisor: ["errors", "files", "connection", "streaming"],
  connectors: ["errors", "types", "plan", "sources", "delta"],
  pipelines: ["errors", "types", "transport", "plan", "javascript", "connection", "dataframe"],
  files: ["errors", "gen"],
  local: ["errors", "files", "gen", "transport"],
  monitor: ["errors", "files", "connection", "streaming", "supervisor", "sources"],
  credentials: ["errors", "files", "supervisor"],
  testing: ["errors", "connectors", "files", "local", "transport", "types"],
  cli: [
    "files",
    "functions",
    "javascript",
    "local",
    "monitor",
    "pipelines",
    "plan",
    "sources",
    "transport",
    "types",
  ],
};
const folders = ["gen", ...Object.keys(layers)];

/** The floors of the client, from the lowest. A file imports nothing from a higher floor, not even types. */
const floors = [
  ["types"],
  ["transport", "arrow", "plan", "python", "javascript"],
  ["connection"],
  ["dataframe"],
  ["functions", "streaming"],
  ["session"],
];

/** The only file with types from above: those of `df.sparkSession` and `df.writeStream`. */
const UPWARD_TYPES = "src/dataframe/session-context.ts";

function layerRule(layer, allowed) {
  const floor = floors.findIndex((names) => names.includes(layer));
  const higher = floor === -1 ? [] : floors.slice(floor + 1).flat();
  const forbidden = folders.filter((folder) => folder !== layer && !allowed.includes(folder));
  const group = (names) => names.flatMap((name) => [`**/${name}/*`, `**/${name}/**`]);
  const message = `src/${layer} may import values only from: ${allowed.join(", ")} (see ARCHITECTURE.md).`;
  const patterns = [
    {
      group: group(forbidden.filter((name) => !higher.includes(name))),
      allowTypeImports: true,
      message,
    },
  ];
  if (higher.length > 0) {
    patterns.push({
      group: group(higher),
      message: `${message} It may not import types from the higher layers either.`,
    });
  }
  const paths = [];
  const only = (name, ...owners) => {
    if (!owners.includes(layer))
      paths.push({
        name,
        allowTypeImports: name === "apache-arrow",
        message: `Only src/${owners.join(" and src/")} may use ${name}.`,
      });
  };
  only("@grpc/grpc-js", "transport");
  only("apache-arrow", "arrow");
  only("node:child_process", "local", "cli", "javascript");
  only("testcontainers", "testing");
  only("acorn", "javascript");
  only("eslint-scope", "javascript");
  only("rolldown", "javascript");
  only("yaml", "cli");
  return {
    files: [`src/${layer}/**/*.ts`],
    ignores: [UPWARD_TYPES],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns, paths }] },
  };
}

export default tseslint.config(
  { ignores: ["dist/", "**/build/", "src/gen/", "node_modules/", "python-udsource/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts", "src/**/*.tsx"],
    rules: { "max-lines": ["error", { max: 500, skipComments: true }] },
  },
  { files: ["src/functions/**/*.ts"], rules: { "max-lines": "off" } },
  {
    // The runner of node:test waits for its tests.
    files: ["examples/**/*.node-test.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test"] }] },
      ],
    },
  },
  { files: ["bench/**", "examples/**", "test/**"], rules: { "no-console": "off" } },
  {
    // A function of columns needs parameters for its columns, also if it does not use them.
    files: ["test/integration/cluster*.ts"],
    rules: { "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] },
  },
  {
    files: ["scripts/**/*.mjs", "bench/**/*.mjs", "test/**/*.mjs", "src/**/*.cjs", "*.js"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        performance: "readonly",
        Buffer: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
        fetch: "readonly",
      },
    },
  },
  {
    files: ["src/**/*.cjs"],
    languageOptions: { sourceType: "commonjs" },
  },
  {
    // The page runs in browsers. It shares only the types of its documents with the rest.
    files: ["src/monitor/page/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!\\./|preact($|/)|uplot$)",
              allowTypeImports: true,
              message: "The monitor's page may use only its own files, preact and uplot.",
            },
          ],
        },
      ],
    },
  },
  ...Object.entries(layers).map(([layer, allowed]) => layerRule(layer, allowed)),
);
