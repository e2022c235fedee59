import type { StateSpec } from "../../javascript/stateful/stateful-processor.js";
import { dataTypeFromJsonText } from "../../types/parse-schema-json.js";
import type { Row } from "../../types/row.js";
import { StructField, StructType } from "../../types/struct-type.js";
import { InputReader } from "./input-rows.js";
import { encodedBatch } from "./output-rows.js";

/** What a state exchanges with Python: rows with a column `key`, a column `value`, or both. */
export type StateColumn = "key" | "value";

/** A row of a state's key or value, by the column. */
export type StateRow = Readonly<Record<StateColumn, Row>>;

/** A state that a processor declares, and how its rows travel. */
export class StateShape {
  readonly name: string;
  readonly kind: StateSpec["kind"];
  /** For messages. */
  readonly label: string;
  readonly #types: Readonly<Partial<Record<StateColumn, StructType>>>;
  readonly #reader = new InputReader("object");

  constructor({ name, kind, schema, keySchema }: StateSpec, className: string) {
    this.name = name;
    this.kind = kind;
    this.label = `State ${name} of ${className}`;
    this.#types = {
      value: structOf(schema),
      ...(keySchema !== undefined && { key: structOf(keySchema) }),
    };
  }

  /** @throws {TypeError} a value does not fit the schema */
  encoded(columns: readonly StateColumn[], rows: readonly Partial<StateRow>[]): Uint8Array {
    const fields = columns.flatMap((column) => {
      const type = this.#types[column];
      return type === undefined ? [] : [StructField(column, type, false)];
    });
    return encodedBatch(rows, new StructType(fields), this.label);
  }

  decoded(content: Buffer): StateRow[] {
    return this.#reader
      .batches(content)
      .flatMap(({ numRows, rowAt }) =>
        Array.from({ length: numRows }, (_, at) => rowAt(at) as StateRow),
      );
  }
}

function structOf(json: string): StructType {
  return dataTypeFromJsonText(json) as StructType;
}
