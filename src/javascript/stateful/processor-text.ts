import type { PythonClassText } from "../../python/python-function.js";
import { bridgeText, type CodeSpec } from "../bridge-text.js";

/**
 * Python text with a StatefulProcessor that passes its calls to a class in TypeScript. It declares the states itself,
 * because Spark calls `init` on the driver too, where a process may not be able to start.
 *
 * Keys, rows and states travel as Arrow. Spark passes them as Python values: those of rows come from Arrow, those of
 * states and of the keys of timers from pickles, where a timestamp has the local time without a zone.
 */
export function processorText(spec: CodeSpec): PythonClassText {
  const source = `${bridgeText(spec)}
import datetime

from pyspark.sql.streaming import StatefulProcessor

ROWS_AT_A_TIME = 1000
# Characters of a key in an error.
LONGEST_KEY = 200


def converter(data_type, is_from_python):
    """
    A function that turns a value that Spark passes into the form that pyarrow takes, or back. None
    if both forms are equal.
    """
    kind = data_type.typeName()
    if kind == "struct":
        to = from_struct if is_from_python else to_struct
        return to([(one.name, converter(one.dataType, is_from_python)) for one in data_type.fields])
    if kind == "array":
        element = converter(data_type.elementType, is_from_python)
        return element and (lambda values: [None if one is None else element(one) for one in values])
    if kind == "map":
        sides = [converter(one, is_from_python) for one in (data_type.keyType, data_type.valueType)]
        return from_map(*sides) if is_from_python else to_map(*sides)
    if is_from_python and kind == "timestamp":
        return in_utc
    return bytes if is_from_python and kind == "binary" else None


def applied(convert, value):
    return value if convert is None or value is None else convert(value)


def from_struct(fields):
    def convert(value):
        if isinstance(value, dict):
            return {name: applied(inner, value[name]) for name, inner in fields}
        return {name: applied(inner, value[at]) for at, (name, inner) in enumerate(fields)}

    return convert


def to_struct(fields):
    return lambda value: tuple(applied(inner, value[name]) for name, inner in fields)


def from_map(key, value):
    def convert(pairs):
        pairs = pairs.items() if isinstance(pairs, dict) else pairs
        return [(applied(key, k), applied(value, v)) for k, v in pairs]

    return convert


def to_map(key, value):
    return lambda pairs: {applied(key, k): applied(value, v) for k, v in pairs}


def in_utc(value):
    return value.astimezone(datetime.timezone.utc) if value.tzinfo is None else value


class RowType:
    """Columns of Arrow, and how their values become those of Python."""

    def __init__(self, types):
        self.arrow = bridge().arrow_schema(types.json())
        self.message = self.arrow.serialize()
        self.writers = [converter(one.dataType, True) for one in types]
        self.readers = [converter(one.dataType, False) for one in types]

    @classmethod
    def of_json(cls, text):
        from pyspark.sql.types import StructType

        return cls(StructType.fromJson(json.loads(text)))

    def ipc(self, rows):
        """The parts of an Arrow stream with rows: sequences of values."""
        import pyarrow as pa

        columns = [
            pa.array([applied(write, row[at]) for row in rows], field.type)
            for at, (write, field) in enumerate(zip(self.writers, self.arrow))
        ]
        return bridge().to_ipc(pa.RecordBatch.from_arrays(columns, schema=self.arrow), self.message)

    def rows(self, content):
        batch = bridge().conforming(bridge().from_ipc(content), self.arrow)
        columns = [
            [applied(read, value) for value in column.to_pylist()]
            for column, read in zip(batch.columns, self.readers)
        ]
        return list(zip(*columns))


class Batches:
    """Rows of a key as Arrow streams."""

    def __init__(self, row_type, rows):
        self.row_type = row_type
        self.rows = rows
        self.is_read = False

    def __iter__(self):
        return self

    def __next__(self):
        import itertools

        some = list(itertools.islice(self.rows, ROWS_AT_A_TIME))
        self.is_read = len(some) < ROWS_AT_A_TIME
        if not some:
            raise StopIteration
        return self.row_type.ipc(some)


def column_of(name, text):
    from pyspark.sql.types import StructField, StructType

    return StructField(name, StructType.fromJson(json.loads(text)), False)


class State:
    """A declared state. Rows travel in columns "key" and "value"; each is a struct."""

    def __init__(self, handle, declared):
        from pyspark.sql.types import StructType

        name, ttl = declared["name"], declared.get("ttlMs")
        value = column_of("value", declared["schema"])
        self.value = RowType(StructType([value]))
        if declared["kind"] == "map":
            key = column_of("key", declared["keySchema"])
            self.key = RowType(StructType([key]))
            self.entry = RowType(StructType([key, value]))
            self.state = handle.getMapState(name, key.dataType, value.dataType, ttl)
        elif declared["kind"] == "list":
            self.state = handle.getListState(name, value.dataType, ttl)
        else:
            self.state = handle.getValueState(name, value.dataType, ttl)

    def answer(self, operation, content):
        return getattr(self, operation)(content)

    def exists(self, _):
        return answer_json(self.state.exists())

    def clear(self, _):
        self.state.clear()

    def get(self, _):
        found = self.state.get()
        found = [] if found is None else [found] if isinstance(found, tuple) else found
        return self.value.ipc([(value,) for value in found])

    def update(self, content):
        self.state.update(self.value.rows(content)[0][0])

    def put(self, content):
        self.state.put([value for (value,) in self.value.rows(content)])

    def appendList(self, content):
        self.state.appendList([value for (value,) in self.value.rows(content)])

    def getValue(self, content):
        found = self.state.getValue(self.key.rows(content)[0][0])
        return self.value.ipc([] if found is None else [(found,)])

    def containsKey(self, content):
        return answer_json(self.state.containsKey(self.key.rows(content)[0][0]))

    def updateValue(self, content):
        key, value = self.entry.rows(content)[0]
        self.state.updateValue(key, value)

    def removeKey(self, content):
        self.state.removeKey(self.key.rows(content)[0][0])

    def entries(self, _):
        return self.entry.ipc(list(self.state.iterator()))

    def keys(self, _):
        return self.key.ipc([(key,) for key in self.state.keys()])

    def values(self, _):
        return self.value.ipc([(value,) for value in self.state.values()])


def answer_json(value):
    return (json.dumps(value).encode(),)


def key_text(names, key):
    """A key for an error: {"user": "a"}."""
    text = json.dumps(dict(zip(names, key)), default=str, ensure_ascii=False)
    return text if len(text) <= LONGEST_KEY else text[:LONGEST_KEY] + "…"


class Processor(StatefulProcessor):
    def init(self, handle):
        import uuid

        self.handle = handle
        self.target = uuid.uuid4().hex
        self.is_started = False
        # The value state that the last call of a method read first.
        self.first_reads = {}
        self.states = {one["name"]: State(handle, one) for one in SPEC["load"]["states"]}
        self.types = {name: RowType.of_json(text) for name, text in SPEC["inputs"].items()}

    def handleInputRows(self, key, rows, timerValues):
        return self._rows("handleInputRows", key, timerValues, self._batches("rows", rows))

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        expiry = expiredTimerInfo.getExpiryTimeInMs()
        return self._rows("handleExpiredTimer", key, timerValues, self._batches("rows"), expiry)

    def handleInitialState(self, key, initialState, timerValues):
        rows = self._batches("initial", [initialState])
        list(self._rows("handleInitialState", key, timerValues, rows))

    def close(self):
        if self.is_started:
            request = {"object": self.target, "method": "close"}
            calls = bridge().StateCalls(self._answer)
            list(bridge().process(SPEC, request, (), self._batches("rows"), calls))

    def _batches(self, name, rows=()):
        return Batches(self.types[name], iter(rows))

    def _rows(self, method, key, timer_values, rows, expiry=None):
        from pyspark.sql import Row

        self.is_started = True
        request = {
            "object": self.target,
            "method": method,
            "processingTime": timer_values.getCurrentProcessingTimeInMs(),
            "watermark": timer_values.getCurrentWatermarkInMs(),
            "expiry": expiry,
        }
        keys = self.types["key"]
        group = lambda: key_text(keys.arrow.names, key)
        calls = bridge().StateCalls(self._answer, group, self.first_reads.get(method))
        for batch in bridge().process(SPEC, request, keys.ipc([key]), rows, calls):
            result = Row(*batch.schema.names)
            for values in zip(*(column.to_pylist() for column in batch.columns)):
                yield result(*values)
        self.first_reads[method] = calls.expected

    def _answer(self, request, content):
        name, operation = request["state"], request["operation"]
        if name:
            return self.states[name].answer(operation, content)
        if operation == "listTimers":
            return answer_json(list(self.handle.listTimers()))
        return getattr(self.handle, operation)(request["time"])
`;
  return { source, className: "Processor" };
}
