import { CLUSTER_OPTIONS } from "../javascript/function-options.js";
import { SIGNAL, type MethodRules, type OptionsRule } from "../option-check.js";

const COLUMN_FORMS = ["int64", "decimal", "temporal", "signal"] as const;
const ROWS = ["rowMode", ...COLUMN_FORMS] as const;
const LIMITS = ["maxRows", "maxBytes"] as const;
const COLLECT = [...ROWS, ...LIMITS] as const;
const DROP_NA = ["how", "thresh", "subset"] as const;
const SHOW = ["numRows", "truncate", "vertical", "signal"] as const;
const MAP_IN_PYTHON = ["barrier", "outputSchema", "source", "function"] as const;

/** The options are the second argument if the first is a string, else the first. */
function afterText([first]: readonly unknown[]): number {
  return typeof first === "string" ? 1 : 0;
}

/** The rule for `na.drop()`, which `dropna()` shares. */
export const DROP_RULE: OptionsRule = [afterText, DROP_NA];

/** The options of the methods that collect rows. */
export const COLLECT_RULES: Readonly<Record<string, MethodRules>> = {
  collect: [0, COLLECT],
  toLocalIterator: [0, ROWS, "throws"],
  first: [0, COLLECT],
  head: [1, COLLECT],
  take: [1, COLLECT],
  tail: [1, COLLECT],
  count: [0, SIGNAL],
};

/** The options of DataFrame's joins and set operations. */
export const DATAFRAME_COMBINATION_RULES: Readonly<Record<string, MethodRules>> = {
  joinAsOf: [3, ["on", "how", "tolerance", "allowExactMatches", "direction"]],
  nearestByJoin: [2, ["numResults", "mode", "direction", "joinType"]],
  unionByName: [1, ["allowMissingColumns"]],
};

/** The options of DataFrame's transformations. */
export const DATAFRAME_RULES: Readonly<Record<string, MethodRules>> = {
  mapInPandas: [
    [0, MAP_IN_PYTHON],
    [1, SIGNAL],
  ],
  mapRows: [2, ["barrier", ...CLUSTER_OPTIONS]],
  mapInArrow: [
    [0, MAP_IN_PYTHON],
    [1, SIGNAL],
  ],
};

/** The options of DataFrame's samples, statistics and replacements. */
export const DATAFRAME_STATISTICS_RULES: Readonly<Record<string, MethodRules>> = {
  sample: [1, ["withReplacement", "seed"]],
  dropna: DROP_RULE,
  approxQuantile: [3, SIGNAL],
};

/** The options of DataFrame's actions. */
export const DATAFRAME_ACTION_RULES: Readonly<Record<string, MethodRules>> = {
  ...COLLECT_RULES,
  toColumns: [0, [...COLUMN_FORMS, ...LIMITS]],
  toReadable: [0, ROWS, "throws"],
  toArrow: [0, SIGNAL],
  toArrowIPC: [0, SIGNAL],
  toArrowBatches: [0, SIGNAL, "throws"],
  isEmpty: [0, SIGNAL],
  showString: [0, SHOW],
  show: [
    (args) => (typeof args[0] === "number" || (args.length > 1 && args[0] === undefined) ? 1 : 0),
    SHOW,
  ],
  schema: [0, SIGNAL],
  columns: [0, SIGNAL],
  dtypes: [0, SIGNAL],
  printSchema: [0, ["level", "signal"]],
  inputFiles: [0, SIGNAL],
  isLocal: [0, SIGNAL],
  sameSemantics: [1, SIGNAL],
  semanticHash: [0, SIGNAL],
  isStreaming: [0, SIGNAL],
  explainString: [1, SIGNAL],
  explain: [1, SIGNAL],
  cache: [0, SIGNAL],
  persist: [1, SIGNAL],
  unpersist: [0, ["blocking", "signal"]],
  storageLevel: [0, SIGNAL],
  isCached: [0, SIGNAL],
  checkpoint: [0, ["eager", "signal"]],
  localCheckpoint: [0, ["eager", "storageLevel", "signal"]],
  createTempView: [1, SIGNAL],
  createOrReplaceTempView: [1, SIGNAL],
  registerTempTable: [1, SIGNAL],
  createGlobalTempView: [1, SIGNAL],
  createOrReplaceGlobalTempView: [1, SIGNAL],
};
