/** Why the client lacks names that PySpark has: the one list of them, by class. */
const PANDAS = "pandas objects live in a Python client's own process.";
const PYTHON_FUNCTION =
  "it takes a Python function of the client's own process; Python text goes through `spark.udf.registerPython` and `spark.udtf.registerPython`.";
const PYTHON_CLASS = "a class for Python text on the server, which imports it there from PySpark.";
const NODE_PROCESS =
  "one active session for the whole process hides which one is meant; pass it on.";

export const REASONS = {
  SparkSession: {
    Builder: "a name of Python's; `SparkSession.builder()` answers with a SparkSessionBuilder.",
    Hook: "PySpark's internal way to see requests; here there is `node:diagnostics_channel`.",
    active: NODE_PROCESS,
    getActiveSession: NODE_PROCESS,
    client: "PySpark's internals.",
    profile: "it shows profiles of Python functions, whose collection is PySpark's own.",
  },
  DataFrame: {
    foreach:
      "it runs a Python function on the rows; use collect(), toLocalIterator() or foreachBatch().",
    foreachPartition: "as foreach.",
    pandas_api: PANDAS,
    plot: "it draws with Python's libraries.",
    rdd: "Spark Connect has no RDDs; PySpark's own raises an error.",
    toPandas: PANDAS,
  },
  GroupedData: {
    apply: "it takes a pandas_udf; applyInPandas() has taken its place.",
  },
  Column: { to_plan: "PySpark's internals." },
  MergeIntoWriter: {
    WhenMatched: "a class inside a class; here `WhenMatched` of its own.",
    WhenNotMatched: "as WhenMatched.",
    WhenNotMatchedBySource: "as WhenMatched.",
  },
  DataStreamWriter: {
    foreach: "it runs a Python function on the rows; use foreachBatch().",
  },
  UDFRegistration: { register: PYTHON_FUNCTION },
  UDTFRegistration: { register: PYTHON_FUNCTION },
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
