"""Prints Spark Connect's wire schema from the descriptors inside an installed pyspark.

    python scripts/print_proto.py OUT_DIR
    python scripts/print_proto.py --descriptors

The first form writes OUT_DIR/spark/connect/*.proto (names, numbers and types; nothing else) and
OUT_DIR/facts/: the same schema as a FileDescriptorSet, and the public names of pyspark's Connect
API. The second writes the FileDescriptorSet to standard output.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2 as d

MODULES = "base catalog commands common expressions ml ml_common pipelines relations types".split()
SCALARS = {
    value.number: name.removeprefix("TYPE_").lower()
    for name, value in d.FieldDescriptorProto.Type.DESCRIPTOR.values_by_name.items()
}
REPEATED = d.FieldDescriptorProto.LABEL_REPEATED


def installed_files() -> list[d.FileDescriptorProto]:
    files = []
    for name in MODULES:
        path = f"pyspark.sql.connect.proto.{name}_pb2"
        # Spark 4.0 has no pipelines yet.
        if importlib.util.find_spec(path) is None:
            continue
        module = importlib.import_module(path)
        file = d.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        files.append(file)
    return files


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Printer:
    def __init__(self, file: d.FileDescriptorProto) -> None:
        self.file = file
        self.lines: list[str] = []

    def emit(self, depth: int, text: str) -> None:
        self.lines.append(("  " * depth + text) if text else "")

    def text(self) -> str:
        self.emit(0, 'syntax = "proto3";')
        self.emit(0, "")
        self.emit(0, f"package {self.file.package};")
        self.emit(0, "")
        for dependency in self.file.dependency:
            self.emit(0, f"import {quoted(dependency)};")
        for enum in self.file.enum_type:
            self.emit(0, "")
            self.enum(enum, 0)
        for message in self.file.message_type:
            self.emit(0, "")
            self.message(message, 0)
        for service in self.file.service:
            self.emit(0, "")
            self.service(service)
        return "\n".join(self.lines) + "\n"

    def enum(self, enum: d.EnumDescriptorProto, depth: int) -> None:
        self.emit(depth, f"enum {enum.name} {{")
        for value in enum.value:
            self.emit(depth + 1, f"{value.name} = {value.number};")
        self.reserved(enum, depth + 1, last_is_inclusive=True)
        self.emit(depth, "}")

    def message(self, message: d.DescriptorProto, depth: int) -> None:
        maps = {
            f".{nested.name}": nested for nested in message.nested_type if nested.options.map_entry
        }
        self.emit(depth, f"message {message.name} {{")
        for enum in message.enum_type:
            self.enum(enum, depth + 1)
        for nested in message.nested_type:
            if not nested.options.map_entry:
                self.message(nested, depth + 1)
        printed: set[int] = set()
        for field in message.field:
            in_oneof = field.HasField("oneof_index") and not field.proto3_optional
            if not in_oneof:
                self.field(field, maps, depth + 1)
            elif field.oneof_index not in printed:
                printed.add(field.oneof_index)
                self.emit(depth + 1, f"oneof {message.oneof_decl[field.oneof_index].name} {{")
                for arm in message.field:
                    if (
                        arm.HasField("oneof_index")
                        and arm.oneof_index == field.oneof_index
                        and not arm.proto3_optional
                    ):
                        self.field(arm, maps, depth + 2)
                self.emit(depth + 1, "}")
        self.reserved(message, depth + 1, last_is_inclusive=False)
        self.emit(depth, "}")

    def field(self, field: d.FieldDescriptorProto, maps: dict, depth: int) -> None:
        entry = next((m for suffix, m in maps.items() if field.type_name.endswith(suffix)), None)
        if entry is not None and field.label == REPEATED:
            key, value = entry.field
            kind = f"map<{self.type_of(key)}, {self.type_of(value)}>"
        else:
            kind = self.type_of(field)
            if field.label == REPEATED:
                kind = f"repeated {kind}"
            elif field.proto3_optional:
                kind = f"optional {kind}"
        options = " [deprecated = true]" if field.options.deprecated else ""
        self.emit(depth, f"{kind} {field.name} = {field.number}{options};")

    def type_of(self, field: d.FieldDescriptorProto) -> str:
        return field.type_name or SCALARS[field.type]

    def reserved(self, owner, depth: int, *, last_is_inclusive: bool) -> None:
        for span in owner.reserved_range:
            last = span.end if last_is_inclusive else span.end - 1
            numbers = str(span.start) if last == span.start else f"{span.start} to {last}"
            self.emit(depth, f"reserved {numbers};")
        for name in owner.reserved_name:
            self.emit(depth, f"reserved {quoted(name)};")

    def service(self, service: d.ServiceDescriptorProto) -> None:
        self.emit(0, f"service {service.name} {{")
        for method in service.method:
            request = ("stream " if method.client_streaming else "") + method.input_type
            answer = ("stream " if method.server_streaming else "") + method.output_type
            self.emit(1, f"rpc {method.name}({request}) returns ({answer});")
        self.emit(0, "}")


def descriptor_set() -> bytes:
    files = sorted(installed_files(), key=lambda file: file.name)
    for file in files:
        # Package names of generated Java, Go and other code are not part of the wire format.
        file.ClearField("options")
    return d.FileDescriptorSet(file=files).SerializeToString(deterministic=True)


def public_names() -> dict[str, list[str]]:
    """The public names of PySpark, by class, and the SQL functions."""
    from pyspark.sql import functions
    from pyspark.sql.connect import (
        catalog,
        column,
        conf,
        dataframe,
        group,
        merge,
        observation,
        readwriter,
        session,
        tvf,
        udf,
        udtf,
        window,
    )
    from pyspark.sql.connect.streaming import query
    from pyspark.sql.connect.streaming import readwriter as stream_readwriter

    classes = [
        session.SparkSession,
        dataframe.DataFrame,
        column.Column,
        group.GroupedData,
        window.Window,
        conf.RuntimeConf,
        catalog.Catalog,
        observation.Observation,
        readwriter.DataFrameReader,
        readwriter.DataFrameWriter,
        readwriter.DataFrameWriterV2,
        merge.MergeIntoWriter,
        stream_readwriter.DataStreamReader,
        stream_readwriter.DataStreamWriter,
        query.StreamingQuery,
        query.StreamingQueryManager,
        tvf.TableValuedFunction,
        udf.UDFRegistration,
        udtf.UDTFRegistration,
    ]
    names = {
        cls.__name__: sorted(name for name in dir(cls) if not name.startswith("_"))
        for cls in classes
    }
    names["functions"] = sorted(functions.__all__)
    return names


def main(out: Path) -> None:
    import pyspark

    for file in installed_files():
        target = out / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Printer(file).text(), encoding="utf-8")
    facts = out / "facts"
    facts.mkdir(parents=True, exist_ok=True)
    version = pyspark.__version__
    facts.joinpath(f"spark-connect-{version}.binpb").write_bytes(descriptor_set())
    facts.joinpath(f"pyspark-names-{version}.json").write_text(
        json.dumps(public_names(), indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    if sys.argv[1] == "--descriptors":
        sys.stdout.buffer.write(descriptor_set())
    else:
        main(Path(sys.argv[1]))
