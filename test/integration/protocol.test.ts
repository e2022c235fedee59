import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fromBinary, isFieldSet } from "@bufbuild/protobuf";
import {
  FieldDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  type FileDescriptorSet,
} from "@bufbuild/protobuf/wkt";
import { readFileSync } from "node:fs";
import { describe, expect, inject, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The descriptors in the pyspark that the integration tests use. */
function installedDescriptors(): FileDescriptorSet {
  const python = spawnSync(
    inject("python"),
    ["-W", "ignore", `${root}/scripts/print_proto.py`, "--descriptors"],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  expect(python.status, python.stderr.toString()).toBe(0);
  return fromBinary(FileDescriptorSetSchema, python.stdout);
}

/** The descriptors that buf compiles from proto/, with the compiler of the build. */
function ourDescriptors(): FileDescriptorSet {
  const buf = spawnSync(
    process.execPath,
    [`${root}/node_modules/@bufbuild/buf/bin/buf`, "build", "-o", "-#format=binpb"],
    { cwd: root, maxBuffer: 16 * 1024 * 1024 },
  );
  expect(buf.status, buf.stderr.toString()).toBe(0);
  const set = fromBinary(FileDescriptorSetSchema, buf.stdout);
  return { ...set, file: set.file.filter((file) => file.package === "spark.connect") };
}

/** Each message, field, enum value and method as one line with its path, number and type. */
function facts(set: FileDescriptorSet): Set<string> {
  const lines = new Set<string>();
  const addEnum = (scope: string, { name, value }: EnumDescriptorProto): void => {
    for (const item of value) lines.add(`enum ${scope}.${name}.${item.name} = ${item.number}`);
  };
  const addMessage = (scope: string, message: DescriptorProto): void => {
    const place = `${scope}.${message.name}`;
    lines.add(`message ${place}`);
    for (const field of message.field) {
      const oneof =
        isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex) && !field.proto3Optional
          ? message.oneofDecl[field.oneofIndex]?.name
          : undefined;
      lines.add(
        `field ${place}.${field.name} = ${field.number}: ${field.label} ${field.type} ${field.typeName} optional ${field.proto3Optional} oneof ${oneof ?? "-"}`,
      );
    }
    for (const nested of message.nestedType) addMessage(place, nested);
    for (const nested of message.enumType) addEnum(place, nested);
  };
  const addFile = (file: FileDescriptorProto): void => {
    for (const message of file.messageType) addMessage(file.package, message);
    for (const item of file.enumType) addEnum(file.package, item);
    for (const service of file.service) {
      for (const method of service.method) {
        lines.add(
          `rpc ${service.name}.${method.name} ${method.clientStreaming} ${method.inputType} ${method.serverStreaming} ${method.outputType}`,
        );
      }
    }
  };
  set.file.forEach(addFile);
  return lines;
}

function missing(expected: Set<string>, actual: Set<string>): string[] {
  return [...expected].filter((line) => !actual.has(line));
}

describe("proto/", () => {
  const ours = facts(ourDescriptors());

  it("has every message, field, number and type of the installed pyspark, unchanged", () => {
    const installed = facts(installedDescriptors());
    expect(installed.size).toBeGreaterThan(1_000);
    expect(missing(installed, ours)).toEqual([]);
  });

  it("has exactly the contents of the stored Spark 4.3.0 descriptors", () => {
    const bytes = readFileSync(`${root}/proto/facts/spark-connect-4.3.0.binpb`);
    const kept = facts(fromBinary(FileDescriptorSetSchema, bytes));
    expect(missing(kept, ours)).toEqual([]);
    expect(missing(ours, kept)).toEqual([]);
  });
});
