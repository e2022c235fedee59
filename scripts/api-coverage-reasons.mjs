/** The reasons why the client lacks names of PySpark, by class. */
const PANDAS = "needs pandas, which exists only in a Python process.";
const PYTHON_FUNCTION =
  "takes a Python function of the client's process. For functions in TypeScript use `udf` and `udtf` of `sparktide/cluster`. Register Python text with `spark.udf.registerPython` or `spark.udtf.registerPython`.";
const PYTHON_CLASS = "a Python class. Python text on the server can import it from PySpark.";
const NODE_PROCESS =
  "a process can have several sessions, so pass the session as an argument instead.";

export const REASONS = {
  SparkSession: {
    Builder: "a Python class; here `SparkSession.builder()` returns a SparkSessionBuilder.",
    Hook: "PySpark's internal hook for requests; use `node:diagnostics_channel`.",
    active: NODE_PROCESS,
    getActiveSession: NODE_PROCESS,
    client: "internal in PySpark.",
    profile: "shows profiles of Python functions, which PySpark's client collects.",
  },
  DataFrame: {
    foreach:
      "runs a Python function on the rows; use collect(), toLocalIterator() or foreachBatch().",
    foreachPartition: "same as foreach.",
    pandas_api: PANDAS,
    plot: "draws with Python libraries.",
    rdd: "Spark Connect has no RDDs; PySpark raises an error.",
    toPandas: PANDAS,
  },
  GroupedData: {
    apply: "takes a pandas_udf; applyInPandas() replaces it.",
  },
  Column: { to_plan: "internal in PySpark." },
  MergeIntoWriter: {
    WhenMatched: "a nested class; here `WhenMatched` is a top-level class.",
    WhenNotMatched: "same as WhenMatched.",
    WhenNotMatchedBySource: "same as WhenMatched.",
  },
  DataStreamWriter: {
    foreach: "runs a Python function on the rows; use foreachBatch().",
  },
  functions: {
    AnalyzeArgument: PYTHON_CLASS,
    AnalyzeResult: PYTHON_CLASS,
    ArrowUDFType: PYTHON_CLASS,
    OrderingColumn: PYTHON_CLASS,
    PandasUDFType: PYTHON_CLASS,
    PartitioningColumn: PYTHON_CLASS,
    SelectedColumn: PYTHON_CLASS,
    SkipRestOfInputTableException: PYTHON_CLASS,
    UserDefinedFunction: PYTHON_CLASS,
    UserDefinedTableFunction: PYTHON_CLASS,
    arrow_udf: PYTHON_FUNCTION,
    arrow_udtf: PYTHON_FUNCTION,
    pandas_udf: PYTHON_FUNCTION,
    udf: PYTHON_FUNCTION,
    udtf: PYTHON_FUNCTION,
  },
};
