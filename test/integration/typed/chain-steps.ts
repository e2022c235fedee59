import type { StructType } from "../../../src/index.js";
import {
  columnsOf,
  isOrderable,
  isSameType,
  kindOf,
  NUMERIC,
  written,
  type ChainColumn,
} from "./chain-columns.js";
import { ChainExpressions } from "./chain-expressions.js";
import { joinStep } from "./chain-joins.js";
import type { RandomChoices } from "./random-choices.js";

/** What a step starts from. */
export interface StepInput {
  /** The variable with the DataFrame. */
  readonly df: string;
  /** Its schema on the server. */
  readonly schema: StructType;
  /** The base tables that the step can join, by the name of their variable. */
  readonly tables: Readonly<Record<string, StructType>>;
  /** Whether the chain may grow by another table: each join or union makes the plan longer. */
  readonly canCombine: boolean;
  readonly isZipKnown: boolean;
  /** A name that the chain does not use yet. */
  readonly fresh: () => string;
}

type Text = string | undefined;

/** A random operation on a DataFrame as TypeScript text. Undefined if the operation does not suit the schema. */
export function randomStep(choices: RandomChoices, input: StepInput): Text {
  return new StepWriter(choices, input).step();
}

class StepWriter {
  readonly #choices: RandomChoices;
  readonly #input: StepInput;
  readonly #columns: readonly ChainColumn[];
  readonly #expressions: ChainExpressions;

  constructor(choices: RandomChoices, input: StepInput) {
    this.#choices = choices;
    this.#input = input;
    this.#columns = columnsOf(input.schema);
    this.#expressions = new ChainExpressions(choices, this.#columns);
  }

  step(): Text {
    const { df, canCombine } = this.#input;
    const combining = [
      () => joinStep(this.#choices, this.#input),
      () => this.#union(),
      () => joinStep(this.#choices, this.#input),
      () => this.#unionByName(),
    ];
    const calls = [
      () => this.#select(),
      () => this.#select(),
      () => this.#select(),
      () => this.#filter(),
      () => this.#withColumn(),
      () => this.#withColumn(),
      () => this.#withColumns(),
      () => this.#renamed(),
      () => this.#drop(),
      () => this.#toDF(),
      () => this.#orderBy(),
      () => this.#groups(),
      () => this.#groups(),
      () => this.#agg(),
      () => this.#pivot(),
      () => this.#unpivot(),
      () => this.#fill(),
      () => this.#replace(),
      () => this.#same(),
      () => (this.#choices.chance(0.2) ? "toJSON()" : undefined),
      () => this.#zip(),
      () => this.#exploded(),
      ...(canCombine ? combining : []),
    ];
    const text = this.#choices.of(calls)?.();
    return text === undefined ? undefined : `${df}.${text}`;
  }

  #names(min: number, max: number, of: readonly ChainColumn[] = this.#columns): readonly string[] {
    return this.#choices.some(of, min, max).map(({ name }) => written(name));
  }

  #named(entries: readonly (readonly [string, Text])[]): Text {
    const texts = entries.flatMap(([name, value]) =>
      value === undefined ? [] : [`${JSON.stringify(name)}: ${value}`],
    );
    return texts.length === 0 ? undefined : `(p) => ({ ${texts.join(", ")} })`;
  }

  #entries(min: number, max: number): readonly (readonly [string, Text])[] {
    return Array.from(
      { length: this.#choices.integer(min, max) },
      () => [this.#input.fresh(), this.#expressions.value()] as const,
    );
  }

  #select(): Text {
    const { df, fresh } = this.#input;
    const names = this.#names(1, 5);
    if (names.length === 0) return undefined;
    const object = (): Text => this.#named(this.#entries(1, 4));
    const kept = (): Text =>
      this.#named(this.#choices.some(this.#columns, 1, 4).map(({ name, text }) => [name, text]));
    const array = (): string => {
      const items = this.#choices.some(this.#columns, 1, 4).map(({ text }) => text);
      return `(p) => [${items.join(", ")}, ${this.#expressions.value() ?? ""}.alias("${fresh()}")]`;
    };
    const bound = (): string =>
      names
        .map((name) =>
          this.#choices.chance(0.5)
            ? `${df}.col(${name})`
            : `${df}.col(${name}).alias("${fresh()}")`,
        )
        .join(", ");
    const call = (...items: readonly Text[]): Text =>
      items.includes(undefined) ? undefined : `select(${items.join(", ")})`;
    return this.#choices.one<() => Text>([
      () => call(...names),
      () => call(`[${names.join(", ")}]`),
      () => call('"*"', object()),
      () => call(object()),
      () => call(kept()),
      () => call(...names, object()),
      () => call(array()),
      () => call(bound()),
      () => call(...names, this.#path()),
      () => call(this.#path()),
      () => call(this.#fields()),
      () => call(`(p) => ${this.#expressions.value() ?? ""}.alias("${fresh()}")`),
    ])();
  }

  /** A row for each element. */
  #exploded(): Text {
    const column = this.#choices.of(this.#columns.filter(({ type }) => type.kind === "array"));
    if (column === undefined) return undefined;
    const call = `f.${this.#choices.one(["explode", "explode_outer"])}(${column.text})`;
    return `select("*", (p) => ({ ${this.#input.fresh()}: ${call} }))`;
  }

  /** A field of a struct, of an array's structs, or a value of a map. */
  #path(): Text {
    const column = this.#choices.of(
      this.#columns.filter(({ type }) => ["struct", "array", "map"].includes(type.kind)),
    );
    if (column === undefined) return undefined;
    let { type } = column;
    const path = [column.name.includes(".") ? `\`${column.name}\`` : column.name];
    for (let depth = 0; depth < 3; depth += 1) {
      if (type.kind === "array" && type.elementType.kind === "struct") type = type.elementType;
      if (type.kind === "map" && type.keyType.kind === "string") {
        path.push("some");
        type = type.valueType;
      } else if (type.kind === "struct") {
        const field = this.#choices.of(type.fields);
        if (field === undefined || field.name.includes(".")) break;
        path.push(field.name);
        type = field.dataType;
      } else break;
      if (this.#choices.chance(0.4)) break;
    }
    return path.length === 1 ? undefined : JSON.stringify(path.join("."));
  }

  #fields(): Text {
    const column = this.#choices.of(this.#columns.filter(({ type }) => type.kind === "struct"));
    return column === undefined ? undefined : JSON.stringify(`${column.name}.*`);
  }

  #filter(): Text {
    const condition = this.#expressions.condition();
    const column = this.#choices.of(this.#columns);
    if (condition === undefined || column === undefined) return undefined;
    const method = this.#choices.one(["filter", "where"]);
    return this.#choices.one([
      `${method}((p) => ${condition})`,
      `${method}((p) => ${condition})`,
      `${method}(${this.#input.df}.col(${written(column.name)}).isNotNull())`,
      `${method}(${JSON.stringify(`\`${column.name}\` IS NOT NULL`)})`,
    ]);
  }

  #withColumn(): Text {
    const { df, fresh } = this.#input;
    const value = this.#expressions.value();
    const column = this.#choices.of(this.#columns);
    if (value === undefined || column === undefined) return undefined;
    const name = JSON.stringify(column.name);
    return this.#choices.one([
      `withColumn("${fresh()}", (p) => ${value})`,
      `withColumn("${fresh()}", (p) => ${value})`,
      `withColumn(${name}, (p) => ${value})`,
      `withColumn(${name.toUpperCase()}, (p) => ${value})`,
      `withColumn("${fresh()}", ${df}.col(${written(column.name)}))`,
    ]);
  }

  #withColumns(): Text {
    const column = this.#choices.of(this.#columns);
    if (column === undefined) return undefined;
    const replaced = [column.name, this.#expressions.value()] as const;
    const object = this.#named([...this.#entries(1, 2), replaced]);
    const bound = `${this.#input.df}.col(${written(column.name)})`;
    return this.#choices.chance(0.7)
      ? `withColumns(${object ?? ""})`
      : `withColumns({ ${this.#input.fresh()}: ${bound}, ${JSON.stringify(column.name)}: ${bound}.isNull() })`;
  }

  #renamed(): Text {
    const [first, second] = this.#choices.some(this.#columns, 2, 2);
    if (first === undefined) return undefined;
    const { fresh } = this.#input;
    const one = JSON.stringify(first.name);
    if (second === undefined || this.#choices.chance(0.6))
      return `withColumnRenamed(${one}, "${fresh()}")`;
    return `withColumnsRenamed({ ${one}: "${fresh()}", ${JSON.stringify(second.name)}: "${fresh()}" })`;
  }

  #drop(): Text {
    const { length } = this.#input.schema.fields;
    const columns = this.#choices.some(
      // drop() takes whole names, without quotes.
      this.#columns.filter(({ name }) => !name.includes(".")),
      1,
      2,
    );
    const [first] = columns;
    if (first === undefined || columns.length >= length) return undefined;
    return this.#choices.one([
      `drop(${columns.map(({ name }) => JSON.stringify(name)).join(", ")})`,
      `drop((p) => ${first.text})`,
      `drop((p) => [${columns.map(({ text }) => text).join(", ")}])`,
      `drop(${this.#input.df}.col(${written(first.name)}))`,
    ]);
  }

  #toDF(): Text {
    const { schema, fresh } = this.#input;
    if (schema.fields.length > 5) return undefined;
    return `toDF(${schema.fields.map(() => `"${fresh()}"`).join(", ")})`;
  }

  #orderBy(): Text {
    const columns = this.#choices.some(
      this.#columns.filter(({ type }) => isOrderable(type)),
      1,
      2,
    );
    const [first] = columns;
    if (first === undefined) return undefined;
    const names = columns.map(({ name }) => written(name)).join(", ");
    return this.#choices.one([
      `orderBy(${names})`,
      `orderBy(${names}, { ascending: false })`,
      `sort((p) => [${columns.map(({ text }) => `${text}.desc()`).join(", ")}])`,
      `orderBy((p) => ${first.text}.asc_nulls_last())`,
      `sortWithinPartitions(${names})`,
    ]);
  }

  #keys(): Text {
    const columns = this.#columns.filter(({ type }) => isOrderable(type));
    const names = this.#names(1, 2, columns);
    if (names.length === 0) return undefined;
    const expressions = new ChainExpressions(this.#choices, columns);
    return this.#choices.one([
      names.join(", "),
      names.join(", "),
      `[${names.join(", ")}]`,
      `(p) => ({ ${this.#input.fresh()}: ${expressions.condition() ?? ""} })`,
      `(p) => [${columns[0]?.text ?? ""}]`,
    ]);
  }

  #groups(): Text {
    const keys = this.#keys();
    const aggregates = this.#aggregates();
    if (keys === undefined || aggregates === undefined) return undefined;
    const [one, two] = this.#names(
      2,
      2,
      this.#columns.filter(({ type }) => isOrderable(type)),
    );
    if (one !== undefined && two !== undefined && this.#choices.chance(0.1))
      return `groupingSets([[${one}], [${one}, ${two}]], ${one}, ${two}).${aggregates}`;
    const method = this.#choices.one(["groupBy", "groupBy", "groupBy", "rollup", "cube"]);
    return `${method}(${keys}).${aggregates}`;
  }

  #aggregates(all = '"*"'): Text {
    const numeric = this.#names(
      1,
      2,
      this.#columns.filter((column) => NUMERIC.includes(kindOf(column))),
    );
    const orderable = this.#names(
      1,
      2,
      this.#columns.filter(({ type }) => isOrderable(type)),
    );
    const call = (methods: readonly [string, ...string[]], names: readonly string[]): Text =>
      names.length === 0 ? undefined : `${this.#choices.one(methods)}(${names.join(", ")})`;
    return this.#choices.one<() => Text>([
      () => "count()",
      () => call(["sum", "avg", "mean"], numeric),
      () => call(["min", "max"], orderable),
      () => this.#agg(all),
      () => this.#agg(all),
    ])();
  }

  /** `all` is what count() takes to count the rows. */
  #agg(all = '"*"'): Text {
    const { fresh } = this.#input;
    const column = this.#choices.of(this.#columns);
    const ordered = this.#choices.of(this.#columns.filter(({ type }) => isOrderable(type)));
    if (column === undefined || ordered === undefined) return undefined;
    const functions = [
      `f.count(${all})`,
      `f.count(${column.text})`,
      `f.first(${column.text})`,
      `f.max(${ordered.text})`,
      `f.min(${ordered.text})`,
      `f.max(${ordered.text}).isNull()`,
      `f.max(${ordered.text}).cast("string")`,
      `f.sum(${this.#expressions.numeric() ?? "f.lit(1)"})`,
      `f.avg(${this.#expressions.numeric() ?? "f.lit(1)"})`,
      `f.sum(${this.#expressions.numeric() ?? "f.lit(1)"}).plus(1)`,
      `f.collect_list(${column.text})`,
    ];
    const chosen = this.#choices.some(functions, 1, 3);
    if (this.#choices.chance(0.2))
      return `agg(${chosen.map((text) => `(p) => ${text}.alias("${fresh()}")`).join(", ")})`;
    return `agg(${this.#named(chosen.map((text) => [fresh(), text])) ?? ""})`;
  }

  #pivot(): Text {
    const keys = this.#keys();
    // Spark accepts no star with pivot().
    const aggregates = this.#aggregates("f.lit(1)");
    const column = this.#choices.of(
      this.#columns.filter((each) => ["string", "boolean", "integral"].includes(kindOf(each))),
    );
    if (keys === undefined || aggregates === undefined || column === undefined) return undefined;
    const values =
      column.type.kind === "long"
        ? "[1n, 2n]"
        : { string: '["a", "b"]', boolean: "[true, false]", integral: "[1, 2]" }[
            kindOf(column) as "string" | "boolean" | "integral"
          ];
    return `groupBy(${keys}).pivot(${written(column.name)}, ${values}).${aggregates}`;
  }

  #unpivot(): Text {
    const { fresh } = this.#input;
    const first = this.#choices.of(this.#columns);
    if (first === undefined) return undefined;
    const isNumber = NUMERIC.includes(kindOf(first));
    const alike = this.#columns.filter((each) =>
      isNumber ? NUMERIC.includes(kindOf(each)) : isSameType(each.type, first.type),
    );
    const values = this.#choices.some(alike, 1, 3);
    const ids = this.#columns.filter((each) => !values.includes(each));
    const list = (columns: readonly ChainColumn[]): string =>
      `[${columns.map(({ name }) => written(name)).join(", ")}]`;
    const rest = `"${fresh()}", "${fresh()}"`;
    if (
      this.#choices.chance(0.2) &&
      values.length + ids.length === this.#input.schema.fields.length
    )
      return `unpivot(${list(ids)}, undefined, ${rest})`;
    return `unpivot(${list(this.#choices.some(ids, 0, 3))}, ${list(values)}, ${rest})`;
  }

  #fill(): Text {
    const filled = this.#columns.filter(
      (each) =>
        ["string", "boolean", ...NUMERIC].includes(kindOf(each)) && !each.name.includes("."),
    );
    const columns = this.#choices.some(filled, 1, 3);
    if (columns.length === 0) return undefined;
    const value = (column: ChainColumn): string => {
      const kind = kindOf(column);
      if (kind === "string") return '"x"';
      return kind === "boolean" ? "true" : this.#choices.one(["0", "1.5", "2n"]);
    };
    const [first] = columns as [ChainColumn];
    const values = columns.map((each) => `${JSON.stringify(each.name)}: ${value(each)}`);
    const names = columns.map(({ name }) => JSON.stringify(name));
    return this.#choices.one([
      `fillna(${value(first)})`,
      `na.fill(${value(first)}, [${names.join(", ")}])`,
      `fillna({ ${values.join(", ")} })`,
      `na.fill({ ${values.join(", ")} })`,
      `fillna(${value(first)}, ${names[0] ?? ""})`,
    ]);
  }

  #replace(): Text {
    const column = this.#choices.of(
      this.#columns.filter((each) => kindOf(each) === "string" && !each.name.includes(".")),
    );
    if (column === undefined) return undefined;
    return `replace("a", null, [${JSON.stringify(column.name)}])`;
  }

  /** Operations that keep the columns. */
  #same(): Text {
    const [first] = this.#names(
      1,
      1,
      this.#columns.filter(({ name }) => !name.includes(".")),
    );
    const isHashable = this.#input.schema.fields.every(({ dataType }) => isOrderable(dataType));
    const { df } = this.#input;
    return this.#choices.one<Text>([
      "limit(10)",
      "offset(1)",
      isHashable ? "distinct()" : "limit(3)",
      "dropna()",
      first === undefined ? 'dropna("all")' : `na.drop({ subset: [${first}] })`,
      "sample(0.5)",
      "repartition(2)",
      "coalesce(1)",
      `alias("${this.#input.fresh()}")`,
      'hint("broadcast")',
      isHashable ? `subtract(${df}.limit(1))` : undefined,
      isHashable ? `intersect(${df}.limit(1))` : undefined,
    ]);
  }

  #zip(): Text {
    if (!this.#input.isZipKnown) return undefined;
    return this.#choices.chance(0.3) ? `zipWithIndex("${this.#input.fresh()}")` : undefined;
  }

  #union(): Text {
    const { df } = this.#input;
    const names = this.#names(1, 3).join(", ");
    // The other side has the same types, and perhaps no nulls.
    if (names !== "" && this.#choices.chance(0.5))
      return `select(${names}).union(${df}.select(${names}).fillna(0))`;
    const other = this.#choices.one([`${df}.limit(1)`, `${df}.filter("true")`]);
    return `${this.#choices.one(["union", "unionAll"])}(${other})`;
  }

  #unionByName(): Text {
    const { df, fresh } = this.#input;
    // Ambiguous names cannot be matched.
    if (this.#columns.length !== this.#input.schema.fields.length) return undefined;
    const names = this.#names(1, 6).join(", ");
    const value = this.#expressions.value() ?? "";
    const converted = this.#converted();
    if (converted !== undefined && this.#choices.chance(0.4)) return converted;
    return this.#choices.one([
      `unionByName(${df}.limit(1))`,
      `unionByName(${df}.select(${names}), { allowMissingColumns: true })`,
      `unionByName(${df}.select(${names}).withColumn("${fresh()}", ${df}.col(${names.split(", ")[0] ?? ""})), { allowMissingColumns: true })`,
      `select(${names}).unionByName(${df}.withColumn("${fresh()}", (p) => ${value}), { allowMissingColumns: true })`,
      `select(${names}).unionByName(${df}.select(${names}).fillna(0).fillna("a"))`,
    ]);
  }
  /** A union of a column with the same values as another type. TypeScript sees no difference between text and decimals. */
  #converted(): Text {
    const column = this.#choices.of(
      this.#columns.filter((each) => ["integral", "fractional", "boolean"].includes(kindOf(each))),
    );
    if (column === undefined) return undefined;
    const { name, text } = column;
    const type = kindOf(column) === "boolean" ? "string" : this.#choices.one(["string", "double"]);
    const other = `${this.#input.df}.select((p) => ({ ${JSON.stringify(name)}: ${text}.cast("${type}") }))`;
    return `select(${written(name)}).${this.#choices.one(["union", "unionByName"])}(${other})`;
  }
}
