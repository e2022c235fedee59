import { ArgumentError } from "../errors.js";
import type { DataType } from "./data-type.js";
import { simpleString, toDdl } from "./ddl.js";
import { jsonText } from "./json-text.js";
import { structTypeFromDdl } from "./parse-ddl.js";
import { structTypeFromJson } from "./parse-schema-json.js";
import { dataTypeToJson } from "./schema-json.js";
import { treeString } from "./tree-string.js";

/** Free-form information about a column, as JSON values. */
export type Metadata = Readonly<Record<string, unknown>>;

/** A named column of a struct. */
export interface StructField<
  Name extends string = string,
  T extends DataType = DataType,
  N extends boolean = boolean,
> {
  readonly name: Name;
  readonly dataType: T;
  readonly nullable: N;
  readonly metadata: Metadata;
}

const NO_METADATA: Metadata = Object.freeze({});

/** A named column. By default it is nullable and has no metadata. */
export function StructField<Name extends string, T extends DataType, N extends boolean = true>(
  name: Name,
  dataType: T,
  // N differs from true without this argument only if the caller sets N explicitly.
  nullable: N = true as N,
  metadata: Metadata = NO_METADATA,
): StructField<Name, T, N> {
  return Object.freeze({ name, dataType, nullable, metadata });
}

/**
 * An ordered list of named columns: the schema of a DataFrame, or a struct inside one. Immutable:
 * `add` returns a new struct. Names may repeat, as in Spark.
 *
 * A struct built in one expression also has its columns in its TypeScript type, which {@link RowOfSchema}
 * reads. Declare a variable as `StructType` if it holds other structs later.
 */
export class StructType<F extends StructField = StructField> {
  readonly kind = "struct";
  readonly fields: readonly F[];

  constructor(fields: readonly F[] = []) {
    this.fields = Object.freeze([...fields]);
  }

  /**
   * Parses a column list in SQL syntax, or `struct<…>`:
   * `StructType.fromDDL("id BIGINT NOT NULL, tags ARRAY<STRING> COMMENT 'free'")`. Does not use the network.
   *
   * @throws {ArgumentError} the text cannot be read; the message names the character
   */
  static fromDDL(text: string): StructType {
    return structTypeFromDdl(text);
  }

  /**
   * Reads Spark's schema JSON, as text or parsed. `json()` writes it.
   *
   * @throws {ArgumentError} the value is not Spark's schema JSON of a struct
   */
  static fromJson(json: unknown): StructType {
    return structTypeFromJson(json);
  }

  /** The columns' names, in order. */
  get fieldNames(): string[] {
    return this.fields.map((field) => field.name);
  }

  /** Returns a struct with one more column at the end. */
  add<A extends StructField>(field: A): StructType<F | A>;
  add<Name extends string, T extends DataType, N extends boolean = true>(
    name: Name,
    dataType: T,
    nullable?: N,
    metadata?: Metadata,
  ): StructType<F | StructField<Name, T, N>>;
  add(
    field: StructField | string,
    dataType?: DataType,
    nullable?: boolean,
    metadata?: Metadata,
  ): StructType {
    if (typeof field !== "string") return new StructType<StructField>([...this.fields, field]);
    if (dataType === undefined)
      throw new ArgumentError("dataType", `Column ${field} needs a data type.`);
    const added = StructField(field, dataType, nullable, metadata);
    return new StructType<StructField>([...this.fields, added]);
  }

  /** The same as simpleString(). */
  toString(): string {
    return this.simpleString();
  }

  /** Like PySpark's: `struct<id:bigint,name:string>`. */
  simpleString(): string {
    return simpleString(this);
  }

  /** Like Spark's `toDDL`: `id BIGINT NOT NULL,name STRING`. */
  toDDL(): string {
    return toDdl(this);
  }

  /** Spark's schema JSON as one line of text. */
  json(): string {
    return jsonText("schema", dataTypeToJson(this));
  }

  /** The text of `printSchema`, ending with a line break. */
  treeString(level?: number): string {
    return treeString(this, level);
  }
}
