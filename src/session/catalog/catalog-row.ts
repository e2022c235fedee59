import { ProtocolError } from "../../errors.js";
import type { ArrayRow } from "../../types/row.js";
import type {
  CatalogColumn,
  CatalogDatabase,
  CatalogFunction,
  CatalogMetadata,
  CatalogPartition,
  CatalogTable,
} from "./catalog-entries.js";

/** A row of a catalog's answer. Its columns are read by position, because their names differ between calls. */
export class CatalogRow {
  readonly #values: ArrayRow;

  constructor(values: ArrayRow) {
    this.#values = values;
  }

  /** @throws {ProtocolError} the value is not a string */
  text(position: number): string {
    const value = this.#values[position];
    if (typeof value === "string") return value;
    throw this.#unexpected(position, "a string");
  }
  /** @throws {ProtocolError} the value is neither a string nor null */
  textOrNull(position: number): string | null {
    return this.#values[position] === null ? null : this.text(position);
  }
  /** @throws {ProtocolError} the value is not a boolean */
  flag(position: number): boolean {
    const value = this.#values[position];
    if (typeof value === "boolean") return value;
    throw this.#unexpected(position, "a boolean");
  }
  /** @throws {ProtocolError} the value is neither null nor an array of strings */
  textsOrNull(position: number): readonly string[] | null {
    const value = this.#values[position];
    if (value === null) return null;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.#unexpected(position, "an array of strings");
  }

  #unexpected(position: number, expected: string): ProtocolError {
    const value = this.#values[position];
    return new ProtocolError(
      "BAD_CATALOG_ANSWER",
      `The catalog answered with ${value === null ? "null" : typeof value} in column ${position}; expected ${expected}.`,
    );
  }
}

export function metadataOf(row: CatalogRow): CatalogMetadata {
  return { name: row.text(0), description: row.textOrNull(1) };
}

export function databaseOf(row: CatalogRow): CatalogDatabase {
  return {
    name: row.text(0),
    catalog: row.textOrNull(1),
    description: row.textOrNull(2),
    locationUri: row.text(3),
  };
}

export function tableOf(row: CatalogRow): CatalogTable {
  const namespace = row.textsOrNull(2);
  return {
    name: row.text(0),
    catalog: row.textOrNull(1),
    namespace,
    database: namespace?.length === 1 ? (namespace[0] ?? null) : null,
    description: row.textOrNull(3),
    tableType: row.text(4),
    isTemporary: row.flag(5),
  };
}

export function functionOf(row: CatalogRow): CatalogFunction {
  return {
    name: row.text(0),
    catalog: row.textOrNull(1),
    namespace: row.textsOrNull(2),
    description: row.textOrNull(3),
    className: row.textOrNull(4),
    isTemporary: row.flag(5),
  };
}

export function columnOf(row: CatalogRow): CatalogColumn {
  return {
    name: row.text(0),
    description: row.textOrNull(1),
    dataType: row.text(2),
    nullable: row.flag(3),
    isPartition: row.flag(4),
    isBucket: row.flag(5),
    isCluster: row.flag(6),
  };
}

export function partitionOf(row: CatalogRow): CatalogPartition {
  return { partition: row.text(0) };
}
