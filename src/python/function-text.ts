import { MODULE_TEXT } from "./module-text.js";

/**
 * Python code that runs where the server loads a function that this client sent as text. The code is the
 * same for every function; only the arguments differ.
 */
export const FUNCTION_TEXT: string = `${MODULE_TEXT}

def load_function(source, module_name, file_name, name):
    module = _module_from(source, module_name, file_name)
    function = _attribute(module, name, file_name, "function")
    if not callable(function):
        raise TypeError(
            f"{name!r} in {file_name} is a {type(function).__name__}, which cannot be called; "
            + _defined(module)
        )
    return function


def load_udf(source, module_name, file_name, name, return_type):
    return load_function(source, module_name, file_name, name), _data_type(return_type)


def load_processor(source, module_name, file_name, name, entry_point, time_mode, return_type):
    from pyspark.sql.streaming import StatefulProcessor
    from pyspark.sql.streaming.stateful_processor_util import TransformWithStateInPandasUdfUtils

    module = _module_from(source, module_name, file_name)
    processor = _attribute(module, name, file_name, "class")
    if not (isinstance(processor, type) and issubclass(processor, StatefulProcessor)):
        raise TypeError(
            f"{name!r} in {file_name} is not a subclass of pyspark.sql.streaming.StatefulProcessor; "
            + _defined(module)
        )
    steps = TransformWithStateInPandasUdfUtils(processor(), time_mode)
    return getattr(steps, entry_point), _data_type(return_type)


def load_table_function(source, module_name, file_name, name, return_type):
    module = _module_from(source, module_name, file_name)
    handler = _attribute(module, name, file_name, "class")
    if not (isinstance(handler, type) and callable(getattr(handler, "eval", None))):
        raise TypeError(f"{name!r} in {file_name} is not a class with an eval method; {_defined(module)}")
    if return_type is None and not hasattr(handler, "analyze"):
        raise TypeError(f"class {name!r} has no analyze method: register it with its returnType")
    if return_type is not None and hasattr(handler, "analyze"):
        raise TypeError(f"class {name!r} has an analyze method: register it without returnType")
    return handler


def load_row_writer(source, module_name, file_name, name):
    from pyspark.serializers import AutoBatchedSerializer, CPickleSerializer
    from pyspark.sql.streaming.readwriter import DataStreamWriter

    writer = load_function(source, module_name, file_name, name)
    if isinstance(writer, type):
        writer = writer()
    rows = AutoBatchedSerializer(CPickleSerializer())
    return DataStreamWriter._construct_foreach_function(writer), None, rows, rows


def _data_type(json_text):
    from pyspark.sql.types import _parse_datatype_json_string

    return _parse_datatype_json_string(json_text)
`;
