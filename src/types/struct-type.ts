import { ArgumentError } from "../errors.js";
import type { DataType } from "./data-type.js";
import { simpleString, toDdl } from "./ddl.js";
import { jsonText } from "./json-text.js";
import { structTypeFromDdl } from "./parse-ddl.js";
import { structTypeFromJson } from "./parse-schema-json.js";
import { dataTypeToJson } from "./schema-json.js";
import { treeString } from "./tree-string.js";

/** Free-form facts about a column; JSON values only. */
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

/** A named column; nullable and without metadata unless said otherwise. */
export function StructField<Name extends string, T extends DataType, N extends boolean = true>(
  name: Name,
  dataType: T,
  // Only a caller that gives N leaves the argument out where N is not true.
  nullable: N = true as N,
  metadata: Metadata = NO_METADATA,
): StructField<Name, T, N> {
  return Object.freeze({ name, dataType, nullable, metadata });
}

/**
 * An ordered list of named columns: the schema of a DataFrame, or a struct inside one. Immutable:
 * `add` returns a new struct. Names may repeat, as in Spark.
 *
 * Built in one expression it also knows its columns as a TypeScript type, which {@link RowOfSchema}
 * reads. A variable that is to hold other structs later is declared as `StructType`.
 */
export class StructType<F extends StructField = StructField> {
  readonly kind = "struct";
  readonly fields: readonly F[];

  constructor(fields: readonly F[] = []) {
    this.fields = Object.freeze([...fields]);
  }

  /**
   * Reads columns as SQL writes them, or `struct<…>`:
   * `StructType.fromDDL("id BIGINT NOT NULL, tags ARRAY<STRING> COMMENT 'free'")`. No network.
   *
   * @throws {ArgumentError} the text cannot be read; the message says at which character
   */
  static fromDDL(text: string): StructType {
    return structTypeFromDdl(text);
  }

  /**
   * Reads Spark's schema JSON, as text or parsed: what `json()` writes.
   *
   * @throws {ArgumentError} it is not Spark's JSON of a struct
   */
  static fromJson(json: unknown): StructType {
    return structTypeFromJson(json);
  }

  /** The columns' names, in order. */
  get fieldNames(): string[] {
    return this.fields.map((field) => field.name);
  }

  /** A struct with one more column at its end. */
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

  /** As PySpark's: `struct<id:bigint,name:string>`. */
  simpleString(): string {
    return simpleString(this);
  }

  /** As Spark's `toDDL`: `id BIGINT NOT NULL,name STRING`. */
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
