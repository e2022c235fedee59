/** A catalog of the session. */
export interface CatalogMetadata {
  readonly name: string;
  readonly description: string | null;
}

/** A database, also called namespace or schema. */
export interface CatalogDatabase {
  readonly name: string;
  readonly catalog: string | null;
  readonly description: string | null;
  readonly locationUri: string;
}

/** A table or view. */
export interface CatalogTable {
  readonly name: string;
  /** Null for a temporary view. */
  readonly catalog: string | null;
  /** The parts of the database's name; empty or null for a temporary view. */
  readonly namespace: readonly string[] | null;
  /** The database, if its name has one part; else null. */
  readonly database: string | null;
  readonly description: string | null;
  /** `MANAGED`, `EXTERNAL`, `VIEW` or `TEMPORARY`. */
  readonly tableType: string;
  readonly isTemporary: boolean;
}

/** A column of a table or view. */
export interface CatalogColumn {
  readonly name: string;
  readonly description: string | null;
  /** The type as Spark prints it: `bigint`, `array<string>`. */
  readonly dataType: string;
  readonly nullable: boolean;
  readonly isPartition: boolean;
  readonly isBucket: boolean;
  readonly isCluster: boolean;
}

/** A function: built in, registered in the session, or stored in a catalog. */
export interface CatalogFunction {
  readonly name: string;
  readonly catalog: string | null;
  readonly namespace: readonly string[] | null;
  readonly description: string | null;
  /** Null for some functions that no class implements. */
  readonly className: string | null;
  readonly isTemporary: boolean;
}

/** A partition of a table. */
export interface CatalogPartition {
  /** The partition's values, such as `year=2026/month=1`. */
  readonly partition: string;
}
