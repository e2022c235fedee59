import type { ChainColumn, Kind } from "./chain-columns.js";
import { isOrderable, isSameType, kindOf, NUMERIC } from "./chain-columns.js";
import type { RandomChoices } from "./random-choices.js";

/** Writes random expressions of columns as TypeScript text. */
export class ChainExpressions {
  readonly #choices: RandomChoices;
  readonly #columns: readonly ChainColumn[];

  constructor(choices: RandomChoices, columns: readonly ChainColumn[]) {
    this.#choices = choices;
    this.#columns = columns;
  }

  /** An expression of any type. Undefined if there are no columns. */
  value(): string | undefined {
    const column = this.#choices.of(this.#columns);
    if (column === undefined) return undefined;
    const kind = kindOf(column);
    const writers = [...this.#common(column), ...this.#ofKind(column, kind)];
    return this.#choices.of(writers)?.();
  }

  /** A boolean expression. */
  condition(): string | undefined {
    const column = this.#choices.of(this.#columns);
    if (column === undefined) return undefined;
    const single = this.#comparison(column);
    const other = this.#choices.of(this.#columns);
    if (other === undefined || this.#choices.chance(0.6)) return single;
    return `${single}.${this.#choices.one(["and", "or"])}(${this.#comparison(other)})`;
  }

  /** A numeric column, or another column converted to a number. */
  numeric(): string | undefined {
    const column = this.#choices.of(this.#ofKinds(...NUMERIC));
    if (column !== undefined) return column.text;
    const text = this.#choices.of(this.#ofKinds("string", "boolean"));
    return text === undefined ? undefined : `${text.text}.cast("double")`;
  }

  #ofKinds(...kinds: readonly Kind[]): readonly ChainColumn[] {
    return this.#columns.filter((column) => kinds.includes(kindOf(column)));
  }

  /** A column of one of the kinds, or else one of the literals. */
  #operand(kinds: readonly Kind[], literals: readonly [string, ...string[]]): string {
    const column = this.#choices.of(this.#ofKinds(...kinds));
    return column === undefined || this.#choices.chance(0.4)
      ? this.#choices.one(literals)
      : column.text;
  }

  #comparison(column: ChainColumn): string {
    const { text, type } = column;
    if (kindOf(column) === "boolean" && this.#choices.chance(0.5))
      return this.#choices.chance(0.5) ? text : `${text}.not()`;
    const same = this.#choices.of(this.#columns.filter((each) => isSameType(each.type, type)));
    const operators = ["eq", "neq", "eqNullSafe", "gt", "geq", "lt", "leq"] as const;
    if (!isOrderable(type) || same === undefined || this.#choices.chance(0.2))
      return `${text}.${this.#choices.one(["isNull", "isNotNull"])}()`;
    const operator = this.#choices.one(operators);
    switch (kindOf(column)) {
      case "integral":
      case "fractional":
      case "decimal":
        if (this.#choices.chance(0.2)) return `${text}.between(1, ${this.#number()})`;
        if (this.#choices.chance(0.1)) return `${text}.isin(1, 2)`;
        return `${text}.${operator}(${this.#number()})`;
      case "string":
        if (this.#choices.chance(0.3))
          return `${text}.${this.#choices.one(["like", "ilike", "rlike", "contains", "startswith", "endswith"])}("a")`;
        return `${text}.${operator}(${this.#operand(["string"], ['"a"'])})`;
      case "date":
        return `${text}.${operator}(${this.#operand(["date", "timestamp"], ['"2024-05-06"'])})`;
      case "boolean":
        return `${text}.${this.#choices.one(["eq", "neq", "eqNullSafe"])}(true)`;
      default:
        return `${text}.${operator}(${same.text})`;
    }
  }

  /** A time plus or minus an interval. */
  #shifted(text: string): string | undefined {
    const interval = this.#choices.of(this.#ofKinds("months", "span"));
    return interval && `${text}.${this.#choices.one(["plus", "minus"])}(${interval.text})`;
  }

  #number(): string {
    return this.#operand(NUMERIC, ["1", "2.5", "3n", "12345678901"]);
  }

  #common(column: ChainColumn): readonly (() => string | undefined)[] {
    const { text, type } = column;
    const same = this.#columns.filter((each) => isSameType(each.type, type));
    const other = () => this.#choices.of(same)?.text ?? text;
    return [
      () => text,
      () => this.#comparison(column),
      () => this.condition(),
      () => `f.when(${this.#comparison(column)}, ${text}).otherwise(${other()})`,
      () => `f.when(${this.#comparison(column)}, ${text}).otherwise(null)`,
      () => `f.when(${this.#comparison(column)}, ${text})`,
      () =>
        `f.when(${this.#comparison(column)}, 1).when(${this.#comparison(column)}, 2).otherwise(3)`,
      () => `f.coalesce(${text}, ${other()})`,
      () => `f.struct(${text}, ${other()}.alias("second"))`,
      () => `f.array(${text}, ${other()})`,
      () => this.#followed(),
      () => this.#windowed(column),
    ];
  }

  /** A method on the result of another expression. */
  #followed(): string | undefined {
    const value = this.value();
    return value && `${value}.${this.#choices.one(["isNull()", "isNotNull()", 'cast("string")'])}`;
  }

  /** A window function. */
  #windowed({ text }: ChainColumn): string | undefined {
    const key = this.#choices.of(this.#columns.filter(({ type }) => isOrderable(type)))?.text;
    const window = key && `types.Window.partitionBy(${key}).orderBy(${key})`;
    return (
      window &&
      this.#choices.one([
        `f.row_number().over(${window})`,
        `f.lag(${text}, 1).over(${window})`,
        `f.first(${text}).over(${window})`,
        `f.count(${text}).over(${window})`,
        `f.max(${key}).over(${window})`,
      ])
    );
  }

  #ofKind(column: ChainColumn, kind: Kind): readonly (() => string | undefined)[] {
    const { text } = column;
    const one = (items: readonly [string, ...string[]]): string => this.#choices.one(items);
    const cast = (...types: readonly [string, ...string[]]): (() => string) => {
      return () => `${text}.${one(["cast", "cast", "cast", "try_cast"])}(${one(types)})`;
    };
    const toNumbers = [
      '"int"',
      '"bigint"',
      '"double"',
      '"decimal(12,2)"',
      '"float"',
      '"string"',
      '"tinyint"',
      "types.LongType()",
      "types.DecimalType(20, 4)",
      "types.StringType()",
    ] as const;
    const arithmetic = (): string =>
      `${text}.${one(["plus", "minus", "multiply", "divide", "mod"])}(${this.#number()})`;
    switch (kind) {
      case "integral":
        return [
          arithmetic,
          arithmetic,
          arithmetic,
          cast(...toNumbers, '"boolean"', '"timestamp"'),
          () => `${text}.negate()`,
          () => `${text}.pow(${this.#number()})`,
          () => `${text}.isNaN()`,
          () =>
            `${text}.${one(["bitwiseAND", "bitwiseOR", "bitwiseXOR"])}(${this.#operand(["integral"], ["1", "3n"])})`,
        ];
      case "fractional":
      case "decimal":
        return [
          arithmetic,
          arithmetic,
          arithmetic,
          cast(...toNumbers),
          () => `${text}.negate()`,
          () => `${text}.pow(2)`,
        ];
      case "string":
        return [
          arithmetic,
          cast(...toNumbers, '"date"', '"timestamp"', '"boolean"', '"binary"', "types.DateType()"),
          () => `${text}.substr(1, 2)`,
          () => `f.upper(${text})`,
        ];
      case "boolean":
        return [cast('"int"', '"string"', '"decimal(3,0)"'), () => `${text}.not()`];
      case "date":
        return [
          () => `${text}.${one(["plus", "minus"])}(${this.#operand(["months", "span"], ["1"])})`,
          () => `${text}.minus(${this.#operand(["date", "timestamp"], [text])})`,
          cast('"timestamp"', '"string"', '"timestamp_ntz"', "types.TimestampType()"),
        ];
      case "timestamp":
      case "local":
        return [
          () => this.#shifted(text),
          () => `${text}.minus(${this.#operand(["date", "timestamp", "local"], [text])})`,
          cast('"date"', '"string"', "types.DateType()"),
        ];
      case "months":
      case "span":
        return [
          () => `${text}.${one(["plus", "minus"])}(${this.#operand([kind], [text])})`,
          () =>
            `${text}.${one(["multiply", "divide"])}(${this.#operand(["integral"], ["2", "2n", "0.5"])})`,
          () => `${text}.plus(${this.#operand(["timestamp", "local", "date"], [text])})`,
          () => `${text}.negate()`,
          cast('"string"'),
        ];
      case "array":
        return this.#arrays(column);
      case "map":
        return this.#maps(column);
      case "struct":
        return this.#structs(column);
      case "variant":
        return [cast('"int"', '"string"', '"array<int>"')];
      default:
        return [];
    }
  }

  #arrays({ text, type }: ChainColumn): readonly (() => string)[] {
    if (type.kind !== "array") return [];
    const items = [
      () => `${text}.getItem(${this.#operand(["integral"], ["0"])})`,
      () => `f.size(${text})`,
      () => `f.element_at(${text}, 1)`,
    ];
    if (type.elementType.kind !== "struct") return items;
    const field = this.#choices.of(type.elementType.fieldNames);
    if (field === undefined) return items;
    return [...items, () => `${text}.getField(${JSON.stringify(field)})`];
  }

  #maps({ text, type }: ChainColumn): readonly (() => string)[] {
    if (type.kind !== "map") return [];
    const kind = kindOf({ type: type.keyType });
    const keys = [() => `f.map_keys(${text})`, () => `f.map_values(${text})`];
    if (kind === "string") return [...keys, () => `${text}.getItem("a")`];
    if (kind === "integral") return [...keys, () => `${text}.getItem(1)`];
    return keys;
  }

  #structs({ text, type }: ChainColumn): readonly (() => string)[] {
    if (type.kind !== "struct") return [];
    const names = [...new Set(type.fieldNames.map((name) => name.toLowerCase()))];
    // A name that the struct has twice is ambiguous.
    if (names.length !== type.fieldNames.length) return [];
    const name = this.#choices.of(type.fieldNames);
    if (name === undefined) return [];
    const field = JSON.stringify(name);
    const value = (): string => this.#choices.of(this.#columns)?.text ?? text;
    const writers = [
      () => `${text}.getField(${field})`,
      () => `${text}.getItem(${field})`,
      () => `${text}.withField(${field}, ${value()})`,
      () => `${text}.withField("more", ${value()})`,
      () => `${text}.cast("string")`,
    ];
    if (names.length > 1) writers.push(() => `${text}.dropFields(${field})`);
    const inner = type.fields.find(({ dataType }) => dataType.kind === "struct");
    if (inner !== undefined)
      writers.push(() => `${text}.withField(${JSON.stringify(`${inner.name}.more`)}, ${value()})`);
    return writers;
  }
}
