import { ArgumentError } from "../errors.js";
import { canonicalCollation } from "./collation.js";
import * as types from "./data-type.js";
import type { DataType, DayTimeField, Srid, YearMonthField } from "./data-type.js";
import { COMMENT, CURRENT_DEFAULT } from "./ddl.js";
import { nearName } from "../near-name.js";
import { DdlError, DdlScanner, type DdlToken } from "./ddl-scanner.js";
import { StructField, StructType } from "./struct-type.js";

/** Names of types that take no parameters. */
const BY_NAME: Readonly<Record<string, DataType>> = {
  VOID: types.NullType(),
  BOOLEAN: types.BooleanType(),
  TINYINT: types.ByteType(),
  BYTE: types.ByteType(),
  SMALLINT: types.ShortType(),
  SHORT: types.ShortType(),
  INT: types.IntegerType(),
  INTEGER: types.IntegerType(),
  BIGINT: types.LongType(),
  LONG: types.LongType(),
  FLOAT: types.FloatType(),
  REAL: types.FloatType(),
  DOUBLE: types.DoubleType(),
  BINARY: types.BinaryType(),
  DATE: types.DateType(),
  VARIANT: types.VariantType(),
};

const YEAR_MONTH_FIELDS: ReadonlySet<string> = new Set(["YEAR", "MONTH"]);
const DAY_TIME_FIELDS: ReadonlySet<string> = new Set(["DAY", "HOUR", "MINUTE", "SECOND"]);
/** Fraction digits of Spark's plain timestamps. */
const MICROS = 6;

/** Types of JavaScript and other languages that are not types of Spark. */
const FOREIGN_TYPES: ReadonlyMap<string, string> = new Map([
  ["NUMBER", "DOUBLE, INT or BIGINT"],
  ["TEXT", "STRING"],
  ["BOOL", "BOOLEAN"],
  ["DATETIME", "TIMESTAMP"],
  ["OBJECT", "STRUCT<…>"],
  ["BUFFER", "BINARY"],
]);
const TYPE_NAMES: readonly string[] = [
  ...Object.keys(BY_NAME),
  ...["DECIMAL", "STRING", "CHAR", "VARCHAR", "TIME", "TIMESTAMP", "INTERVAL"],
  ...["ARRAY", "MAP", "STRUCT"],
];
const LOWER_NAMES: readonly string[] = TYPE_NAMES.map((name) => name.toLowerCase());

/** `, such as …` for a word that is not a type of Spark; empty without a likely type. */
function typeHint(word: string): string {
  const foreign = FOREIGN_TYPES.get(word);
  if (foreign !== undefined) return `, such as ${foreign}`;
  const near = TYPE_NAMES.find((name) => name.toLowerCase() === nearName(word, LOWER_NAMES));
  return near === undefined ? "" : `, such as ${near}`;
}

/** Reads types and column lists by Spark's grammar (SqlBaseParser.g4, dataType and colTypeList). */
class DdlParser {
  readonly #scanner: DdlScanner;

  constructor(text: string) {
    this.#scanner = new DdlScanner(text);
  }

  /** A type and nothing after it. */
  wholeType(): DataType {
    const type = this.#type();
    this.#expectEnd("the type ends before it");
    return type;
  }

  /** Columns and nothing after them. An empty text is an empty struct. */
  wholeColumns(): StructType {
    if (this.#scanner.next.kind === "end") return new StructType();
    const struct = new StructType(this.#columns(true));
    this.#expectEnd("a comma or the end is expected");
    return struct;
  }

  #expectEnd(problem: string): void {
    if (this.#scanner.next.kind !== "end") throw this.#scanner.refuse(problem);
  }

  #expect(text: string): void {
    if (!this.#scanner.skip(text)) throw this.#scanner.refuse(`${text} is expected`);
  }

  #columns(topLevel: boolean): StructField[] {
    const fields = [this.#column(topLevel)];
    while (this.#scanner.skip(",")) fields.push(this.#column(topLevel));
    return fields;
  }

  /** Reads columns. Only a table's columns have defaults: Spark's grammar does not allow them inside a struct. */
  #column(withDefault: boolean): StructField {
    const name = this.#scanner.take();
    if (name.kind !== "word" && name.kind !== "quoted")
      throw this.#scanner.refuse(
        "a column name is expected (write other characters in backticks)",
        name,
      );
    this.#scanner.skip(":");
    const type = this.#type();
    let nullable = !this.#notNull();
    const metadata: Record<string, unknown> = {};
    if (withDefault && this.#scanner.skip("DEFAULT")) {
      metadata[CURRENT_DEFAULT] = this.#defaultText();
      if (nullable) nullable = !this.#notNull();
    }
    if (this.#scanner.skip("COMMENT")) metadata[COMMENT] = this.#strings();
    return StructField(name.text, type, nullable, metadata);
  }

  #notNull(): boolean {
    if (!this.#scanner.skip("NOT")) return false;
    this.#expect("NULL");
    return true;
  }

  /** Reads string literals. Neighbouring literals form one text. */
  #strings(): string {
    const first = this.#scanner.take();
    if (first.kind !== "string") throw this.#scanner.refuse("quoted text is expected", first);
    let { text } = first;
    while (this.#scanner.next.kind === "string") text += this.#scanner.take().text;
    return text;
  }

  /** Reads a default up to the column's next clause. Only the server can parse the expression. */
  #defaultText(): string {
    const { start } = this.#scanner.next;
    let end = start;
    let depth = 0;
    let previous: DdlToken | undefined;
    for (;;) {
      const { next } = this.#scanner;
      if (next.kind === "end" || (depth === 0 && this.#endsDefault(previous))) break;
      if (next.kind === "symbol" && "([{".includes(next.text)) depth++;
      if (next.kind === "symbol" && ")]}".includes(next.text)) depth--;
      previous = this.#scanner.take();
      ({ end } = previous);
    }
    if (end === start) throw this.#scanner.refuse("a default value is expected");
    return this.#scanner.slice(start, end);
  }

  #endsDefault(previous: DdlToken | undefined): boolean {
    const ahead = this.#scanner.copy();
    if (ahead.skip(",")) return true;
    if (ahead.skip("COMMENT")) return ahead.next.kind === "string";
    const isTest = previous?.kind === "word" && previous.text.toUpperCase() === "IS";
    return !isTest && ahead.skip("NOT") && ahead.skip("NULL");
  }

  #type(): DataType {
    const token = this.#scanner.take();
    const name = token.kind === "word" ? token.text.toUpperCase() : "";
    const parameters = (): (number | string)[] => this.#parameters();
    const plain = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
    if (plain !== undefined) return plain;
    return this.#checked(token, () => {
      switch (name) {
        case "DECIMAL":
        case "DEC":
        case "NUMERIC":
          return types.DecimalType(...this.#integers(0, 2));
        case "STRING":
          return types.StringType(this.#collation());
        case "CHAR":
        case "CHARACTER":
          return this.#withoutCollation(token, types.CharType(this.#length(token)));
        case "VARCHAR":
          return this.#withoutCollation(token, types.VarcharType(this.#length(token)));
        case "TIME": {
          const type = types.TimeType(...this.#integers(0, 1));
          if (this.#scanner.skip("WITHOUT")) this.#timeZone();
          return type;
        }
        case "TIMESTAMP":
        case "TIMESTAMP_LTZ":
        case "TIMESTAMP_NTZ":
          return this.#timestamp(name);
        case "INTERVAL":
          return this.#interval();
        case "GEOMETRY":
          return types.GeometryType(this.#srid(token, parameters()));
        case "GEOGRAPHY":
          return types.GeographyType(this.#srid(token, parameters()));
        case "ARRAY":
          return this.#array();
        case "MAP":
          return this.#map();
        case "STRUCT":
          return this.#struct();
        default:
          throw this.#scanner.refuse(`a type is expected${typeHint(name)}`, token);
      }
    });
  }

  /** Creates a type, and reports invalid parameters with the type's position. */
  #checked(token: DdlToken, make: () => DataType): DataType {
    try {
      return make();
    } catch (error) {
      if (error instanceof DdlError || !(error instanceof ArgumentError)) throw error;
      throw this.#scanner.refuse(error.message.replace(/\.$/, ""), token);
    }
  }

  /** The parameters of a type: `(10, 2)`, `(ANY)`. Empty without parentheses. */
  #parameters(): (number | string)[] {
    const found: (number | string)[] = [];
    if (!this.#scanner.skip("(")) return found;
    do {
      const { kind, text } = this.#scanner.next;
      if (kind === "number" && /^\d+$/.test(text)) found.push(Number(text));
      else if (kind === "word") found.push(text.toUpperCase());
      else throw this.#scanner.refuse("a whole number is expected");
      this.#scanner.take();
    } while (this.#scanner.skip(","));
    this.#expect(")");
    return found;
  }

  #integers(min: number, max: number): number[] {
    const start = this.#scanner.next;
    const found = this.#parameters();
    const numbers = found.filter((parameter) => typeof parameter === "number");
    if (numbers.length < found.length || numbers.length < min || numbers.length > max)
      throw this.#scanner.refuse(
        `${min === max ? min : `${min} to ${max}`} whole numbers are expected`,
        start,
      );
    return numbers;
  }

  #length(token: DdlToken): number {
    if (this.#scanner.next.text !== "(")
      throw this.#scanner.refuse(
        `${token.text} needs a length, for example ${token.text}(10)`,
        token,
      );
    return this.#integers(1, 1)[0] ?? 0;
  }

  #srid(token: DdlToken, parameters: readonly (number | string)[]): Srid {
    const [srid] = parameters;
    if (parameters.length === 1 && typeof srid === "number") return srid;
    if (parameters.length === 1 && srid === "ANY") return "any";
    throw this.#scanner.refuse(
      "its reference system is expected, for example (4326) or (ANY)",
      token,
    );
  }

  #collation(): string | undefined {
    if (!this.#scanner.skip("COLLATE")) return undefined;
    let name: DdlToken;
    do {
      name = this.#scanner.take();
      if (name.kind !== "word" && name.kind !== "quoted")
        throw this.#scanner.refuse("a collation's name is expected", name);
    } while (this.#scanner.skip("."));
    return canonicalCollation(name.text);
  }

  #withoutCollation(token: DdlToken, type: DataType): DataType {
    const collation = this.#collation();
    if (collation === undefined || collation === "UTF8_BINARY") return type;
    // Spark Connect's schemas cannot carry this collation, so it would be lost.
    throw this.#scanner.refuse(
      `its collation ${collation} cannot be kept: only STRING can have a collation here`,
      token,
    );
  }

  #timeZone(): void {
    this.#expect("TIME");
    this.#expect("ZONE");
  }

  #timestamp(name: "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ"): DataType {
    const [precision = MICROS] = this.#integers(0, 1);
    let zoned = name !== "TIMESTAMP_NTZ";
    if (name === "TIMESTAMP" && this.#scanner.skip("WITHOUT")) {
      zoned = false;
      this.#timeZone();
    } else if (name === "TIMESTAMP" && this.#scanner.skip("WITH")) {
      this.#expect("LOCAL");
      this.#timeZone();
    }
    if (precision === MICROS) return zoned ? types.TimestampType() : types.TimestampNTZType();
    return zoned ? types.TimestampLTZNanosType(precision) : types.TimestampNTZNanosType(precision);
  }

  #interval(): DataType {
    const first = this.#scanner.next.kind === "word" ? this.#scanner.next.text.toUpperCase() : "";
    const fields = [YEAR_MONTH_FIELDS, DAY_TIME_FIELDS].find((names) => names.has(first));
    if (fields === undefined) return types.CalendarIntervalType();
    this.#scanner.take();
    let last = first;
    if (this.#scanner.skip("TO")) {
      last = this.#scanner.next.text.toUpperCase();
      if (!fields.has(last)) throw this.#scanner.refuse(`a field finer than ${first} is expected`);
      this.#scanner.take();
    }
    const [start, end] = [first.toLowerCase(), last.toLowerCase()];
    return fields === YEAR_MONTH_FIELDS
      ? types.YearMonthIntervalType(start as YearMonthField, end as YearMonthField)
      : types.DayTimeIntervalType(start as DayTimeField, end as DayTimeField);
  }

  #array(): DataType {
    this.#expect("<");
    const elementType = this.#type();
    this.#expect(">");
    return types.ArrayType(elementType);
  }

  #map(): DataType {
    this.#expect("<");
    const keyType = this.#type();
    this.#expect(",");
    const valueType = this.#type();
    this.#expect(">");
    return types.MapType(keyType, valueType);
  }

  #struct(): StructType {
    this.#expect("<");
    if (this.#scanner.skip(">")) return new StructType();
    const fields = this.#columns(false);
    this.#expect(">");
    return new StructType(fields);
  }
}

/**
 * The type that DDL text describes: a type, `bigint` or `array<struct<a: int>>`, or a column list,
 * `id BIGINT NOT NULL, name STRING COMMENT 'as printed'`, which is a struct.
 *
 * @throws {ArgumentError} the text cannot be read; the message names the character
 */
export function dataTypeFromDdl(text: string): DataType {
  if (typeof text !== "string")
    throw new ArgumentError("ddl", `ddl must be a string, got ${typeof text}.`);
  try {
    return new DdlParser(text).wholeType();
  } catch (asType) {
    if (!(asType instanceof DdlError)) throw asType;
    try {
      return new DdlParser(text).wholeColumns();
    } catch (asColumns) {
      // Report the attempt that read further: the user most likely meant that form.
      const columnsCameFurther =
        !(asColumns instanceof DdlError) || asColumns.position >= asType.position;
      throw columnsCameFurther ? asColumns : asType;
    }
  }
}

/**
 * The struct that DDL text describes: a column list, or `struct<…>`.
 *
 * @throws {ArgumentError} the text cannot be read, and the message names the character; or it is not a struct
 */
export function structTypeFromDdl(text: string): StructType {
  const type = dataTypeFromDdl(text);
  if (type instanceof StructType) return type;
  throw new ArgumentError(
    "ddl",
    `The text describes the type ${type.kind}, expected columns. Write each column as a name and a type.`,
  );
}
