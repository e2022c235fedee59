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


def from_python(value, data_type):
    """The value in the form that pyarrow takes."""
    kind = data_type.typeName()
    if value is None:
        return None
    if kind == "struct":
        at = (lambda index, name: value[name]) if isinstance(value, dict) else (lambda index, name: value[index])
        return {
            field.name: from_python(at(index, field.name), field.dataType)
            for index, field in enumerate(data_type.fields)
        }
    if kind == "array":
        return [from_python(one, data_type.elementType) for one in value]
    if kind == "map":
        pairs = value.items() if isinstance(value, dict) else value
        return [(from_python(k, data_type.keyType), from_python(v, data_type.valueType)) for k, v in pairs]
    if kind == "timestamp" and value.tzinfo is None:
        return value.astimezone(datetime.timezone.utc)
    return bytes(value) if kind == "binary" else value


def to_python(value, data_type):
    """The value of pyarrow in the form that Spark's states take."""
    kind = data_type.typeName()
    if value is None:
        return None
    if kind == "struct":
        return tuple(to_python(value[field.name], field.dataType) for field in data_type.fields)
    if kind == "array":
        return [to_python(one, data_type.elementType) for one in value]
    if kind == "map":
        return {to_python(k, data_type.keyType): to_python(v, data_type.valueType) for k, v in value}
    return value


class RowType:
    """Columns, each of which is a value for from_python()."""

    def __init__(self, types):
        self.types = types
        self.arrow = bridge().arrow_schema(types.json())

    @classmethod
    def of_json(cls, text):
        from pyspark.sql.types import StructType

        return cls(StructType.fromJson(json.loads(text)))

    def batch(self, rows):
        import pyarrow as pa

        columns = [
            pa.array([from_python(row[at], self.types[at].dataType) for row in rows], field.type)
            for at, field in enumerate(self.arrow)
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.arrow)

    def ipc(self, rows):
        return bridge().to_ipc(self.batch(rows))

    def rows(self, content):
        batch = bridge().conforming(bridge().from_ipc(content), self.arrow)
        columns = [
            [to_python(value, field.dataType) for value in column.to_pylist()]
            for column, field in zip(batch.columns, self.types)
        ]
        return list(zip(*columns))


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
        return answer_json(self.state.clear())

    def get(self, _):
        found = self.state.get()
        found = [] if found is None else [found] if isinstance(found, tuple) else found
        return self.value.ipc([(value,) for value in found])

    def update(self, content):
        return answer_json(self.state.update(self.value.rows(content)[0][0]))

    def put(self, content):
        return answer_json(self.state.put([value for (value,) in self.value.rows(content)]))

    def appendList(self, content):
        return answer_json(self.state.appendList([value for (value,) in self.value.rows(content)]))

    def getValue(self, content):
        found = self.state.getValue(self.key.rows(content)[0][0])
        return self.value.ipc([] if found is None else [(found,)])

    def containsKey(self, content):
        return answer_json(self.state.containsKey(self.key.rows(content)[0][0]))

    def updateValue(self, content):
        key, value = self.entry.rows(content)[0]
        return answer_json(self.state.updateValue(key, value))

    def removeKey(self, content):
        return answer_json(self.state.removeKey(self.key.rows(content)[0][0]))

    def entries(self, _):
        return self.entry.ipc(list(self.state.iterator()))

    def keys(self, _):
        return self.key.ipc([(key,) for key in self.state.keys()])

    def values(self, _):
        return self.value.ipc([(value,) for value in self.state.values()])


def answer_json(value):
    return json.dumps(value).encode()


class Processor(StatefulProcessor):
    def init(self, handle):
        import uuid

        self.handle = handle
        self.target = uuid.uuid4().hex
        self.is_started = False
        self.states = {one["name"]: State(handle, one) for one in SPEC["load"]["states"]}
        self.types = {name: RowType.of_json(text) for name, text in SPEC["inputs"].items()}

    def handleInputRows(self, key, rows, timerValues):
        return self._rows("handleInputRows", key, timerValues, rows=self._batches("rows", rows))

    def handleExpiredTimer(self, key, timerValues, expiredTimerInfo):
        return self._rows("handleExpiredTimer", key, timerValues, expiry=expiredTimerInfo.getExpiryTimeInMs())

    def handleInitialState(self, key, initialState, timerValues):
        rows = self._batches("initial", iter([initialState]))
        list(self._rows("handleInitialState", key, timerValues, rows=rows))

    def close(self):
        if self.is_started:
            list(bridge().process(SPEC, {"object": self.target, "method": "close"}, None, [], self._answer))

    def _batches(self, name, rows):
        import itertools

        while True:
            some = list(itertools.islice(rows, ROWS_AT_A_TIME))
            if not some:
                return
            yield self.types[name].batch(some)

    def _rows(self, method, key, timer_values, rows=(), expiry=None):
        from pyspark.sql import Row

        self.is_started = True
        request = {
            "object": self.target,
            "method": method,
            "processingTime": timer_values.getCurrentProcessingTimeInMs(),
            "watermark": timer_values.getCurrentWatermarkInMs(),
            "expiry": expiry,
        }
        for batch in bridge().process(SPEC, request, self.types["key"].batch([key]), rows, self._answer):
            result = Row(*batch.schema.names)
            for values in zip(*(column.to_pylist() for column in batch.columns)):
                yield result(*values)

    def _answer(self, request, content):
        name, operation = request["state"], request["operation"]
        if name:
            return self.states[name].answer(operation, content)
        if operation == "listTimers":
            return answer_json(list(self.handle.listTimers()))
        return answer_json(getattr(self.handle, operation)(request["time"]))
`;
  return { source, className: "Processor" };
}
