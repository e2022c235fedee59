/**
 * Writes the declarations of the entry points. One file for all shared declarations loads faster than hundreds of
 * files, and what is internal, with the types of gRPC and protobuf behind it, is left out.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { rollup } from "rollup";
import dts from "rollup-plugin-dts";
import ts from "typescript";

/** Users extend its interfaces by declaration, which works only through `export *` of a file. */
const OPEN_INTERFACES = "types/tables";

/**
 * Bundles the declarations of the compiler in `from` and writes `entries` to `to`.
 *
 * @param entries names of entry points, such as `functions/index`
 */
export async function buildTypes(from, to, entries) {
  for (const path of readdirSync(from, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".d.ts")) continue;
    const file = join(from, path);
    writeFileSync(file, withoutInternal(readFileSync(file, "utf8")));
  }
  const names = [...entries, OPEN_INTERFACES];
  const graph = await rollup({
    input: Object.fromEntries(names.map((name) => [name, join(from, `${name}.d.ts`)])),
    external: (id) =>
      id.endsWith(`/${OPEN_INTERFACES}.js`) || (!id.startsWith(".") && !isAbsolute(id)),
    plugins: [dts()],
    onwarn(warning) {
      // The reference names the types that an entry point uses and does not export (typedoc.json).
      if (/references private shared type/.test(warning.message)) return;
      throw new Error(`declarations: ${warning.message}`);
    },
  });
  await graph.write({
    dir: to,
    entryFileNames: "[name].d.ts",
    chunkFileNames: "shared/[name].ts",
  });
  await graph.close();
}

/** The text without what is marked as `@internal`. A class keeps a constructor that only the package can call. */
function withoutInternal(text) {
  const file = ts.createSourceFile("x.d.ts", text, ts.ScriptTarget.Latest, true);
  const cuts = [];
  const visit = (node) => {
    const isMember = ts.isClassElement(node) || ts.isTypeElement(node);
    if ((isMember || ts.isStatement(node)) && isInternal(node, text)) {
      cuts.push([node.getFullStart(), node.getEnd(), replacement(node)]);
      return;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  let kept = "";
  let end = 0;
  for (const [start, stop, inserted] of cuts) {
    kept += text.slice(end, start) + inserted;
    end = stop;
  }
  return kept + text.slice(end);
}

function isInternal(node, text) {
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  const last = comments.at(-1);
  return last !== undefined && text.slice(last.pos, last.end).includes("@internal");
}

function replacement(node) {
  return ts.isConstructorDeclaration(node) ? "\n    protected constructor();" : "";
}
