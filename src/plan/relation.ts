import { create, isMessage } from "@bufbuild/protobuf";
import type { Expression } from "../gen/spark/connect/expressions_pb.js";
import {
  Aggregate_GroupType as GroupType,
  RelationSchema,
  SetOperation_SetOpType as SetOpType,
  type Relation,
} from "../gen/spark/connect/relations_pb.js";
import { ArgumentError } from "../errors.js";
import { aliasMessage, asSortOrder } from "./expression.js";
import { literalMessage } from "./literal.js";
import { factsOf } from "./relation-facts.js";

export type { Relation } from "../gen/spark/connect/relations_pb.js";

/** A relation's operation, without its plan id. */
export type RelationBody = NonNullable<Relation["relType"]>;
type Init = NonNullable<Parameters<typeof create<typeof RelationSchema>>[1]>;
type BodyInit = NonNullable<Exclude<Init, Relation>["relType"]>;

/** Gives a body its plan id, which is unique in its session. Columns refer to relations by this id. */
export function relation(body: RelationBody, planId: bigint): Relation {
  return create(RelationSchema, { common: { planId }, relType: body });
}

/** The relations that a body reads. */
function inputsOf(body: RelationBody): Relation[] {
  const fields = (Object.values(body.value ?? {}) as unknown[]).flat();
  return fields.filter((field): field is Relation => isMessage(field, RelationSchema));
}

/** The number of relations from this one down to its deepest source. */
export function relationDepth(of: Relation): number {
  const facts = factsOf(of);
  if (facts.depth !== undefined) return facts.depth;
  const inputs = of.relType.case === undefined ? [] : inputsOf(of.relType);
  // Keep the depth, so that each further operation of a chain does not walk the whole chain again.
  facts.depth = 1 + inputs.reduce((deepest, input) => Math.max(deepest, relationDepth(input)), 0);
  return facts.depth;
}

/** Builds a body from plain fields. */
export function body(init: BodyInit): RelationBody {
  return create(RelationSchema, { relType: init }).relType;
}

/** A query's text with its arguments. */
export function sqlRelation(
  query: string,
  positional: readonly Expression[],
  named: Readonly<Record<string, Expression>>,
): RelationBody {
  // Callers in JavaScript can pass anything.
  const given: unknown = query;
  if (typeof given !== "string")
    throw new ArgumentError(
      "text",
      `sql() takes a query as text, not ${given === null ? "null" : typeof given}.`,
    );
  return body({
    case: "sql",
    value: { query, posArguments: [...positional], namedArguments: { ...named } },
  });
}

export function rangeRelation(
  start: bigint,
  end: bigint,
  step: bigint,
  numPartitions?: number,
): RelationBody {
  return body({
    case: "range",
    value: { start, end, step, ...(numPartitions !== undefined && { numPartitions }) },
  });
}

export function tableRelation(
  name: string,
  options: Readonly<Record<string, string>>,
  isStreaming: boolean,
): RelationBody {
  return body({
    case: "read",
    value: {
      isStreaming,
      readType: {
        case: "namedTable",
        value: { unparsedIdentifier: name, options: { ...options } },
      },
    },
  });
}

/** The settings of a reader. */
export interface DataSourceRead {
  readonly format?: string | undefined;
  /** DDL or Spark's JSON. */
  readonly schema?: string | undefined;
  readonly options: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  /** For jdbc: one condition for each task. */
  readonly predicates?: readonly string[] | undefined;
  readonly isStreaming: boolean;
  /** The name of a streaming source in its query's checkpoint. */
  readonly sourceName?: string | undefined;
}

export function dataSourceRelation(read: DataSourceRead): RelationBody {
  return body({
    case: "read",
    value: {
      isStreaming: read.isStreaming,
      readType: {
        case: "dataSource",
        value: {
          ...(read.format !== undefined && { format: read.format }),
          ...(read.schema !== undefined && { schema: read.schema }),
          options: { ...read.options },
          paths: [...read.paths],
          predicates: [...(read.predicates ?? [])],
          ...(read.sourceName !== undefined && { sourceName: read.sourceName }),
        },
      },
    },
  });
}

/** The changes of a table's rows, as its catalog reports them. */
export function changesRelation(
  name: string,
  options: Readonly<Record<string, string>>,
  isStreaming: boolean,
): RelationBody {
  return body({
    case: "relationChanges",
    value: { unparsedIdentifier: name, options: { ...options }, isStreaming },
  });
}

/** Rows in the plan itself: an Arrow IPC stream, and the schema that Spark gives to the rows. */
export function localRelation(data: Uint8Array | undefined, schema: string): RelationBody {
  return body({
    case: "localRelation",
    value: { schema, ...(data !== undefined && { data }) },
  });
}

export function project(input: Relation, expressions: readonly Expression[]): RelationBody {
  return body({ case: "project", value: { input, expressions: [...expressions] } });
}

export function filter(input: Relation, condition: Expression): RelationBody {
  return body({ case: "filter", value: { input, condition } });
}

export function withColumns(
  input: Relation,
  columns: readonly (readonly [name: string, expr: Expression])[],
): RelationBody {
  const aliases = columns.map(([name, expr]) => aliasMessage(expr, [name]));
  return body({ case: "withColumns", value: { input, aliases } });
}

export function withColumnsRenamed(
  input: Relation,
  renames: readonly (readonly [existing: string, replacement: string])[],
): RelationBody {
  return body({
    case: "withColumnsRenamed",
    value: { input, renames: renames.map(([colName, newColName]) => ({ colName, newColName })) },
  });
}

export function drop(
  input: Relation,
  columns: readonly Expression[],
  columnNames: readonly string[],
): RelationBody {
  return body({
    case: "drop",
    value: { input, columns: [...columns], columnNames: [...columnNames] },
  });
}

/** How Spark groups the rows before it aggregates them. */
export interface Grouping {
  readonly type: "groupby" | "rollup" | "cube" | "groupingSets";
  readonly keys: readonly Expression[];
  /** For groupingSets: the columns of each set. */
  readonly sets?: readonly (readonly Expression[])[];
  readonly pivot?: { readonly column: Expression; readonly values: readonly unknown[] };
}

const GROUP_TYPES = {
  groupby: GroupType.GROUPBY,
  rollup: GroupType.ROLLUP,
  cube: GroupType.CUBE,
  groupingSets: GroupType.GROUPING_SETS,
} as const;

export function aggregate(
  input: Relation,
  grouping: Grouping,
  expressions: readonly Expression[],
): RelationBody {
  return body({
    case: "aggregate",
    value: {
      input,
      groupType: grouping.pivot === undefined ? GROUP_TYPES[grouping.type] : GroupType.PIVOT,
      groupingExpressions: [...grouping.keys],
      aggregateExpressions: [...expressions],
      groupingSets: (grouping.sets ?? []).map((set) => ({ groupingSet: [...set] })),
      ...(grouping.pivot !== undefined && {
        pivot: { col: grouping.pivot.column, values: grouping.pivot.values.map(literalMessage) },
      }),
    },
  });
}

export function sort(
  input: Relation,
  keys: readonly Expression[],
  isGlobal: boolean,
): RelationBody {
  return body({ case: "sort", value: { input, order: keys.map(asSortOrder), isGlobal } });
}

export function limit(input: Relation, rows: number): RelationBody {
  return body({ case: "limit", value: { input, limit: rows } });
}

export function offset(input: Relation, rows: number): RelationBody {
  return body({ case: "offset", value: { input, offset: rows } });
}

export function tail(input: Relation, rows: number): RelationBody {
  return body({ case: "tail", value: { input, limit: rows } });
}

const SET_OPERATIONS: Readonly<Record<"union" | "intersect" | "except", SetOpType>> = {
  union: SetOpType.UNION,
  intersect: SetOpType.INTERSECT,
  except: SetOpType.EXCEPT,
};

export function setOperation(
  kind: "union" | "intersect" | "except",
  leftInput: Relation,
  rightInput: Relation,
  options: {
    readonly isAll: boolean;
    readonly byName?: boolean;
    readonly allowMissingColumns?: boolean;
  },
): RelationBody {
  return body({
    case: "setOp",
    value: {
      leftInput,
      rightInput,
      setOpType: SET_OPERATIONS[kind],
      isAll: options.isAll,
      byName: options.byName ?? false,
      allowMissingColumns: options.allowMissingColumns ?? false,
    },
  });
}

export function deduplicate(
  input: Relation,
  columnNames: readonly string[],
  withinWatermark: boolean,
): RelationBody {
  return body({
    case: "deduplicate",
    value: {
      input,
      columnNames: [...columnNames],
      allColumnsAsKeys: columnNames.length === 0,
      withinWatermark,
    },
  });
}

export function subqueryAlias(input: Relation, name: string): RelationBody {
  return body({ case: "subqueryAlias", value: { input, alias: name } });
}

export function repartition(
  input: Relation,
  numPartitions: number,
  shuffle: boolean,
): RelationBody {
  return body({ case: "repartition", value: { input, numPartitions, shuffle } });
}

export function repartitionByExpression(
  input: Relation,
  keys: readonly Expression[],
  numPartitions: number | undefined,
): RelationBody {
  return body({
    case: "repartitionByExpression",
    value: {
      input,
      partitionExprs: [...keys],
      ...(numPartitions !== undefined && { numPartitions }),
    },
  });
}

export function withWatermark(
  input: Relation,
  eventTime: string,
  delayThreshold: string,
): RelationBody {
  return body({ case: "withWatermark", value: { input, eventTime, delayThreshold } });
}

/** Computes metrics of the rows that pass through. A query reports them under this name. */
export function collectMetrics(
  input: Relation,
  name: string,
  metrics: readonly Expression[],
): RelationBody {
  return body({ case: "collectMetrics", value: { input, name, metrics: [...metrics] } });
}

/** A hint for the optimizer. Spark ignores an unknown hint and logs a warning. */
export function hint(
  input: Relation,
  name: string,
  parameters: readonly Expression[],
): RelationBody {
  return body({ case: "hint", value: { input, name, parameters: [...parameters] } });
}

export function showString(
  input: Relation,
  numRows: number,
  truncate: number,
  vertical: boolean,
): RelationBody {
  return body({ case: "showString", value: { input, numRows, truncate, vertical } });
}

export function toDF(input: Relation, columnNames: readonly string[]): RelationBody {
  return body({ case: "toDf", value: { input, columnNames: [...columnNames] } });
}
