import type { Column, DataFrame, StructType } from "../../../src/index.js";
import { serverType } from "./server-type.js";

/** The cases of a group, by name. */
export type Cases = Readonly<Record<string, Column>>;
/** The type of each case on the server, by name: its text, or the error if the server refuses the case. */
export type Answers = ReadonlyMap<string, { readonly type: string } | { readonly error: string }>;

/** Asks the server for the types of a group's cases, with one call if it accepts all of them. */
export async function askServer(df: DataFrame, group: string, cases: Cases): Promise<Answers> {
  const names = Object.keys(cases);
  if (!group.startsWith("generators")) {
    const columns = Object.entries(cases).map(([name, column]) => column.alias(name));
    try {
      const { fields } = await queryOf(df, group, columns).schema();
      const added = fields.length - columns.length;
      return new Map(
        fields
          .slice(added)
          .map(({ name, dataType, nullable }) => [name, { type: serverType(dataType, nullable) }]),
      );
    } catch {
      // Ask for each case, to find the one that the server refuses.
    }
  }
  const answers = new Map<string, { type: string } | { error: string }>();
  for (const name of names) answers.set(name, await askForOne(df, group, cases, name));
  return answers;
}

async function askForOne(
  df: DataFrame,
  group: string,
  cases: Cases,
  name: string,
): Promise<{ type: string } | { error: string }> {
  const column = cases[name] as Column;
  try {
    const { fields }: StructType = await queryOf(df, group, [column]).schema();
    const last = fields.at(-1);
    if (last === undefined) return { error: "the server returns no column" };
    // Only a generator makes several columns. TypeScript has no type for it then.
    const made = group.startsWith("generators") ? fields.length : 1;
    return { type: made > 1 ? "unknown" : serverType(last.dataType, last.nullable) };
  } catch (error) {
    return { error: String(error).split("\n", 1)[0] ?? "" };
  }
}

/** The name of a group says how the server computes its cases. */
function queryOf(df: DataFrame, group: string, columns: readonly Column[]): DataFrame {
  const [first, ...others] = columns;
  if (first === undefined) throw new Error(`The group ${group} has no cases.`);
  if (group.startsWith("aggregates")) return df.agg(first, ...others);
  if (group.startsWith("cubed")) return df.cube("int", "text").agg(first, ...others);
  return df.select(...columns);
}
