/**
 * `node scripts/structure.mjs [--circles]`: prints the longest source files and the largest circles of
 * imports in src/, and fails where one is beyond its limit. With `--circles` it lists the files of each
 * circle. A circle is a group of files that all import each other, directly or through others of the group.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * The limits. They are what the code has today: whoever makes a file shorter or a circle smaller lowers
 * the number here too. Raising one needs a reason in the commit.
 */
const LIMITS = {
  // Without doc comments: those have examples, which may be as many as the methods.
  longestTypeScript: 470,
  longestPython: 426,
  circleOfValues: 8,
  circleOfAllImports: 14,
};

/**
 * `import type` lines that may point up a layer (ARCHITECTURE.md), as `from -> to` in src/. The circle of
 * all imports does not count them.
 */
const UPWARD_TYPES = [
  "dataframe/session-context.ts -> session/spark-session.ts",
  "dataframe/session-context.ts -> streaming/data-stream-writer.ts",
];

/** How many of the longest files and largest circles are printed. */
const SHOWN = 5;

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");

/** The source files below a folder with these endings, without generated code. */
function filesBelow(folder, ...endings) {
  return readdirSync(folder, { recursive: true })
    .filter(
      (path) => endings.some((ending) => path.endsWith(ending)) && !path.startsWith(`gen${sep}`),
    )
    .map((path) => join(folder, path));
}

/** A doc comment on lines of its own. */
const DOC_COMMENT = /^[ \t]*\/\*\*.*?\*\/\n/gms;

function longest(folder, ...endings) {
  return filesBelow(folder, ...endings)
    .map((path) => {
      const lines = readFileSync(path, "utf8").replaceAll(DOC_COMMENT, "").split("\n").length - 1;
      return { path: relative(root, path), lines };
    })
    .sort((a, b) => b.lines - a.lines);
}

/** The imports of a file that name other files: `{ to, typeOnly }`. */
function importsOf(path) {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const found = [];
  const add = (specifier, typeOnly) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    if (!specifier.text.startsWith(".")) return;
    const to = resolve(dirname(path), specifier.text).replace(/\.js$/, ".ts");
    found.push({ to: existsSync(to) ? to : `${to}x`, typeOnly });
  };
  const visit = (node) => {
    // `import { type A } from` also loads the file: only `import type` vanishes when compiled.
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Groups of more than one file in which each file reaches each other one, largest first (Tarjan). */
function circles(graph) {
  const indexes = new Map();
  const lowest = new Map();
  const stack = [];
  const waiting = new Set();
  const groups = [];
  const visit = (file) => {
    indexes.set(file, indexes.size);
    lowest.set(file, indexes.get(file));
    stack.push(file);
    waiting.add(file);
    for (const next of graph.get(file)) {
      if (!indexes.has(next)) {
        visit(next);
        lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
      } else if (waiting.has(next)) {
        lowest.set(file, Math.min(lowest.get(file), indexes.get(next)));
      }
    }
    if (lowest.get(file) !== indexes.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    for (const member of group) waiting.delete(member);
    if (group.length > 1) groups.push(group.sort());
  };
  for (const file of graph.keys()) if (!indexes.has(file)) visit(file);
  return groups.sort((a, b) => b.length - a.length);
}

/** `dataframe 17, session 12 …`: how many files of a circle each folder has. */
function byFolder(group) {
  const counts = new Map();
  for (const file of group) {
    const folder = dirname(file) === "." ? file : file.split("/")[0];
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([folder, count]) => `${folder} ${count}`).join(", ");
}

const problems = [];

function checkLongest(kind, files, limit) {
  console.log(`longest ${kind} files (limit ${limit} lines):`);
  for (const { path, lines } of files.slice(0, SHOWN)) console.log(`  ${lines} ${path}`);
  for (const { path, lines } of files.filter((file) => file.lines > limit))
    problems.push(`${path} has ${lines} lines, the limit is ${limit}: move a part of it out.`);
}

function checkCircles(kind, graph, limit) {
  const found = circles(graph);
  console.log(`circles of ${kind} in src/ (limit ${limit} files): ${found.length}`);
  for (const group of found.slice(0, SHOWN)) {
    console.log(`  ${group.length} files: ${byFolder(group)}`);
    if (process.argv.includes("--circles")) console.log(`    ${group.join("\n    ")}`);
  }
  const largest = found[0]?.length ?? 1;
  if (largest > limit)
    problems.push(
      `a circle of ${kind} has ${largest} files, the limit is ${limit}: list it with ` +
        "node scripts/structure.mjs --circles, and move what its files share below them.",
    );
}

const python = join(root, "python-udsource", "src");
checkLongest("TypeScript", longest(source, ".ts", ".tsx"), LIMITS.longestTypeScript);
checkLongest("Python", longest(python, ".py"), LIMITS.longestPython);

const files = filesBelow(source, ".ts", ".tsx");
const known = new Set(files);
const edges = files.flatMap((from) =>
  importsOf(from)
    .filter(({ to }) => known.has(to))
    .map(({ to, typeOnly }) => ({
      from: relative(source, from),
      to: relative(source, to),
      typeOnly,
    })),
);
const isUpward = ({ from, to, typeOnly }) => typeOnly && UPWARD_TYPES.includes(`${from} -> ${to}`);
for (const line of UPWARD_TYPES) {
  if (!edges.some(({ from, to, typeOnly }) => typeOnly && line === `${from} -> ${to}`))
    problems.push(`no \`import type\` is ${line}: remove it from UPWARD_TYPES of this script.`);
}

function graphOf(chosen) {
  const graph = new Map(files.map((file) => [relative(source, file), []]));
  for (const { from, to } of chosen) graph.get(from).push(to);
  return graph;
}

checkCircles(
  "value imports",
  graphOf(edges.filter(({ typeOnly }) => !typeOnly)),
  LIMITS.circleOfValues,
);
checkCircles(
  "all imports",
  graphOf(edges.filter((edge) => !isUpward(edge))),
  LIMITS.circleOfAllImports,
);
for (const problem of problems) console.error(`structure: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
