import type { DataType, Srid } from "./data-type.js";
import { simpleString } from "./ddl.js";
import type { StructField } from "./struct-type.js";

/** A type in Spark's schema JSON: a name, or an object. */
export type SchemaJson = string | { readonly [key: string]: unknown };

/** The metadata key of collations. Spark keeps them there so that older readers see plain strings. */
export const COLLATIONS_KEY = "__COLLATIONS";

/** The name of a reference system. Spark's schema JSON contains the name and not the number. */
function crs(srid: Srid): string {
  if (srid === "any") return "SRID:ANY";
  if (srid === 4326) return "OGC:CRS84";
  return srid === 0 ? "SRID:0" : `EPSG:${srid}`;
}

/** Collects the collations below a field, by their path from the field. A nested struct keeps its own collations. */
function collectCollations(type: DataType, path: string, found: Record<string, string>): void {
  if (type.kind === "array") {
    collectCollations(type.elementType, `${path}.element`, found);
  } else if (type.kind === "map") {
    collectCollations(type.keyType, `${path}.key`, found);
    collectCollations(type.valueType, `${path}.value`, found);
  } else if (type.kind === "string" && type.collation !== "UTF8_BINARY") {
    const provider = type.collation.startsWith("UTF8") ? "spark" : "icu";
    found[path] = `${provider}.${type.collation}`;
  }
}

function fieldToJson(field: StructField): SchemaJson {
  const collations: Record<string, string> = {};
  collectCollations(field.dataType, field.name, collations);
  const collated = Object.keys(collations).length > 0;
  return {
    name: field.name,
    type: typeToJson(field.dataType, collated),
    nullable: field.nullable,
    metadata: collated ? { ...field.metadata, [COLLATIONS_KEY]: collations } : field.metadata,
  };
}

function typeToJson(type: DataType, withoutCollations: boolean): SchemaJson {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return type.kind;
    case "string":
      return withoutCollations ? "string" : simpleString(type);
    case "geometry":
      return `geometry(${crs(type.srid)})`;
    case "geography":
      return `geography(${crs(type.srid)}, SPHERICAL)`;
    case "array":
      return {
        type: "array",
        elementType: typeToJson(type.elementType, withoutCollations),
        containsNull: type.containsNull,
      };
    case "map":
      return {
        type: "map",
        keyType: typeToJson(type.keyType, withoutCollations),
        valueType: typeToJson(type.valueType, withoutCollations),
        valueContainsNull: type.valueContainsNull,
      };
    case "struct":
      return { type: "struct", fields: type.fields.map(fieldToJson) };
    case "udt":
      return {
        type: "udt",
        ...(type.jvmClass === undefined ? {} : { class: type.jvmClass }),
        ...(type.pythonClass === undefined ? {} : { pyClass: type.pythonClass }),
        ...(type.serializedPythonClass === undefined
          ? {}
          : { serializedClass: type.serializedPythonClass }),
        sqlType: typeToJson(type.sqlType, false),
      };
    default:
      return simpleString(type);
  }
}

/**
 * A type in Spark's schema JSON, as a value for JSON.stringify: `"long"`,
 * `{ type: "struct", fields: [{ name, type, nullable, metadata }] }`.
 */
export function dataTypeToJson(type: DataType): SchemaJson {
  return typeToJson(type, false);
}
