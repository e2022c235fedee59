import { bridgeText, type CodeSpec } from "./bridge-text.js";
import { restReaderText } from "./rest-reader-text.js";

/** The options of a source that hold credentials. */
export interface HiddenOptions {
  readonly names: readonly string[];
  /** Whether Spark shows their values, because the session cannot change what Spark hides. */
  readonly areVisible: boolean;
  /** Whether a value may be a reference, because the source may be a RestSource. */
  readonly mayRefer: boolean;
}

/** The name of the class in the text. */
export const SOURCE_CLASS = "JavaScriptSource";

/**
 * Python text with a DataSource class that passes its calls to a class in TypeScript. Which methods that class has, the
 * worker process says.
 *
 * @param name the name of the source
 */
export function sourceText(spec: CodeSpec, name: string, hidden: HiddenOptions): string {
  const refused = hidden.areVisible ? hidden.names : [];
  return `${bridgeText(spec)}
from pyspark.sql.datasource import (
    DataSource,
    DataSourceArrowWriter,
    DataSourceReader,
    DataSourceStreamReader,
    DataSourceStreamWriter,
    InputPartition,
    SimpleDataSourceStreamReader,
    WriterCommitMessage,
)

try:
    from pyspark.sql.datasource import DataSourceStreamArrowWriter
except ImportError:
    # Spark 4.0 passes Arrow batches to each writer of the first class.
    class DataSourceStreamArrowWriter(DataSourceArrowWriter, DataSourceStreamWriter):
        pass


def _new_object():
    import uuid

    return uuid.uuid4().hex


def _unsupported(problem):
    name = SPEC["load"]["name"]
    return bridge().failure("JAVASCRIPT_SOURCE_UNSUPPORTED", "The data source %s %s." % (name, problem))


class Partition(InputPartition):
    def __init__(self, value):
        self.value = value


class Caller:
    """Calls methods of one object in the worker process."""

    def __init__(self, options, schema=None):
        self.options = options
        self.schema = schema
        self.target = _new_object()

    def shape(self):
        return bridge().call(SPEC, "", {}, "#shape")

    def call(self, method, *args):
        return bridge().call(SPEC, self.target, self.options, method, *args)

    def call_once(self, method, *args):
        return bridge().call(SPEC, _new_object(), self.options, method, *args, is_last=True)

    def rows(self, method, *args, on_end=None):
        return bridge().read(
            SPEC, _new_object(), self.options, self.schema, method, *args, is_last=True, on_end=on_end
        )

    def rows_and_end(self, method, *args):
        ends = []
        batches = list(
            bridge().read(SPEC, self.target, self.options, self.schema, method, *args, on_end=ends.append)
        )
        return batches, ends[0]


REFUSED_OPTIONS = ${JSON.stringify(refused)}
MAY_REFER = ${hidden.mayRefer ? "True" : "False"}


def _is_reference(text):
    return text.startswith(("env:", "file:"))



class ${SOURCE_CLASS}(DataSource):
    def __init__(self, options):
        super().__init__(options)
        for option in REFUSED_OPTIONS:
            if option in options and not (MAY_REFER and _is_reference(options[option])):
                raise bridge().failure(
                    "JAVASCRIPT_OPTION_VISIBLE",
                    "This server would show the value of the option %s of %s in its plans, because the session "
                    "cannot change spark.sql.redaction.options.regex. Let the server's administrator add the "
                    "option to that pattern." % (option, SPEC["load"]["name"]),
                )

    @classmethod
    def name(cls):
        return ${JSON.stringify(name)}

    def _caller(self, schema=None):
        schema_json = None if schema is None else schema.json()
        caller = Caller(dict(self.options), schema_json)
        return RestCaller(dict(self.options), schema_json) if caller.shape()["isRest"] else caller

    def _require(self, method, call):
        if method not in self._caller().shape()["methods"]:
            raise _unsupported("has no method %s(), which %s needs" % (method, call))

    def schema(self):
        self._require("schema", "a read")
        found = self._caller().call_once("schema")
        if isinstance(found, str):
            return found
        from pyspark.sql.types import StructType

        return StructType.fromJson(found)

    def reader(self, schema):
        caller = self._caller(schema)
        if caller.shape()["isSimple"]:
            raise _unsupported("is a SimpleDataSource, which only streams can read. Use spark.readStream")
        self._require("read", "a read")
        return Reader(caller)

    def streamReader(self, schema):
        caller = self._caller(schema)
        shape = caller.shape()
        if shape["isRest"]:
            return RestStreamReader(caller, shape)
        if shape["isSimple"]:
            from pyspark.errors import PySparkNotImplementedError

            # Spark then asks for the simple reader.
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED", messageParameters={"feature": "streamReader"}
            )
        for method in ("initialOffset", "latestOffset", "partitionsBetween", "read"):
            if method not in shape["methods"]:
                raise _unsupported("has no method " + method + "(), which a stream needs. Add it, or use spark.read")
        kind = LimitedStreamReader if shape["parameters"]["latestOffset"] > 0 else StreamReader
        return _draining(kind, shape)(caller, shape)

    def writer(self, schema, overwrite):
        self._require_writer("writer", "df.write", schema, overwrite, 'mode("append")')
        return Writer(dict(self.options), schema.json(), {"overwrite": overwrite, "jobId": _new_object()})

    def streamWriter(self, schema, overwrite):
        self._require_writer("streamWriter", "df.writeStream", schema, overwrite, 'outputMode("append")')
        return StreamWriter(dict(self.options), schema.json(), {"overwrite": overwrite})

    def _require_writer(self, method, call, schema, overwrite, instead):
        self._require(method, call)
        if overwrite and self._caller().shape()["parameters"][method] < 2:
            raise _unsupported(
                "cannot replace its rows, because its method %s() has no second parameter with overwrite. "
                "Use %s, or add the parameter" % (method, instead)
            )
        _check_columns(schema)

    def simpleStreamReader(self, schema):
        caller = self._caller(schema)
        shape = caller.shape()
        return _draining(SimpleReader, shape)(caller, shape)


def _check_columns(schema):
    from pyspark.sql.types import YearMonthIntervalType

    for field in schema.fields:
        if isinstance(field.dataType, YearMonthIntervalType):
            raise _unsupported(
                "cannot receive the column {0}: Spark's workers do not support {1} as a column. "
                "Select CAST({0} AS STRING) instead".format(field.name, field.dataType.simpleString().upper())
            )


def _draining(kind, shape):
    """The class with what Spark 4.2 needs to read all available data of a source that limits its batches."""
    if "prepareForTriggerAvailableNow" not in shape["methods"]:
        return kind
    try:
        from pyspark.sql.streaming.datasource import SupportsTriggerAvailableNow
    except ImportError:
        return kind

    def prepare(self):
        self.caller.call("prepareForTriggerAvailableNow")

    return type(kind.__name__, (kind, SupportsTriggerAvailableNow), {"prepareForTriggerAvailableNow": prepare})


class Reader(DataSourceReader):
    def __init__(self, caller):
        self.caller = caller

    def partitions(self):
        if "partitions" not in self.caller.shape()["methods"]:
            return [Partition(None)]
        return [Partition(value) for value in self.caller.call_once("partitions")]

    def read(self, partition):
        return self.caller.rows("read", getattr(partition, "value", None))


class Stopping:
    """What both kinds of stream readers share."""

    def __init__(self, caller, shape):
        self.caller = caller
        self.methods = shape["methods"]

    def initialOffset(self):
        return self.caller.call("initialOffset")

    def commit(self, end):
        if "commit" in self.methods:
            self.caller.call("commit", end)

    def stop(self):
        try:
            if "stop" in self.methods:
                self.caller.call("stop")
        finally:
            bridge().end_children()


class StreamReader(Stopping, DataSourceStreamReader):
    def latestOffset(self):
        return self.caller.call("latestOffset")

    def partitions(self, start, end):
        return [Partition(value) for value in self.caller.call("partitionsBetween", start, end)]

    def read(self, partition):
        return self.caller.rows("read", partition.value)


class LimitedStreamReader(StreamReader):
    # Spark 4.2 and newer pass both arguments, older versions pass none.
    def latestOffset(self, start=None, limit=None):
        rows = getattr(limit, "max_rows", None)
        return self.caller.call("latestOffset", start, {} if rows is None else {"maxRows": rows})

    def getDefaultReadLimit(self):
        from pyspark.sql.streaming.datasource import ReadAllAvailable, ReadMaxRows

        limit = self.caller.call("getDefaultReadLimit") if "getDefaultReadLimit" in self.methods else {}
        rows = limit.get("maxRows")
        return ReadAllAvailable() if rows is None else ReadMaxRows(rows)


${restReaderText(hidden.names)}

class SimpleReader(Stopping, SimpleDataSourceStreamReader):
    def read(self, start):
        batches, end = self.caller.rows_and_end("read", start)
        return iter(batches), end

    def readBetweenOffsets(self, start, end):
        return self.caller.rows("readBetween", start, end)


class Writing:
    """What both kinds of writers share. Spark pickles them for the tasks."""

    def __init__(self, options, schema, settings):
        self.options = options
        self.description = {"maker": self.MAKER, "schema": schema, "settings": settings}

    def written(self, batches, **task):
        from pyspark import TaskContext

        context = TaskContext.get()
        task["partitionId"] = context.partitionId()
        task["attempt"] = context.attemptNumber()
        message = WriterCommitMessage()
        message.value = bridge().write(SPEC, self.options, self.description, "write", task, batches=batches)
        return message

    def end(self, method, messages, *args):
        values = [None if message is None else message.value for message in messages]
        bridge().write(SPEC, self.options, self.description, method, values, *args)


class Writer(Writing, DataSourceArrowWriter):
    MAKER = "writer"

    def write(self, batches):
        return self.written(batches)

    def commit(self, messages):
        self.end("commit", messages)

    def abort(self, messages):
        self.end("abort", messages)


class StreamWriter(Writing, DataSourceStreamArrowWriter):
    MAKER = "streamWriter"

    def write(self, batches):
        from pyspark import TaskContext

        context = TaskContext.get()
        return self.written(
            batches,
            queryId=context.getLocalProperty("sql.streaming.queryId"),
            batchId=int(context.getLocalProperty("streaming.sql.batchId")),
        )

    def commit(self, messages, batch_id):
        self.end("commit", messages, batch_id)

    def abort(self, messages, batch_id):
        self.end("abort", messages, batch_id)
`;
}
