import * as arrow from "apache-arrow";
import { ArgumentError } from "../../errors.js";
import { arrowName, type ArrowType } from "../arrow-column.js";

/**
 * Converts a table to the copy of apache-arrow that this package uses. Another copy's classes look the same, but
 * apache-arrow distinguishes types by class, and older versions tables too: they would silently write nothing.
 * Does not copy values.
 *
 * @throws {ArgumentError} a column has a type that cannot be converted
 */
export function ownTable(table: arrow.Table): arrow.Table {
  const { schema, batches } = table;
  if (isOwn(arrow.Table, table)) return table;
  const fields = schema.fields.map((field) => ownField(field, field.name));
  const own = new arrow.Schema(fields, schema.metadata);
  return new arrow.Table(
    own,
    batches.map(({ data }) => {
      const children = ownChildren(data, fields);
      const { offset, length } = data;
      const type = new arrow.Struct(fields);
      return new arrow.RecordBatch(own, arrow.makeData({ type, offset, length, children }));
    }),
  );
}

/** Plain `instanceof`. apache-arrow 21.2 overrides it, so that it is true for instances of other copies too. */
function isOwn(constructor: new (...args: never[]) => object, value: object): boolean {
  return Object.prototype.isPrototypeOf.call(constructor.prototype as object, value);
}

function ownField({ name, type, nullable, metadata }: arrow.Field, column: string): arrow.Field {
  return new arrow.Field(name, ownType(type as ArrowType, column), nullable, metadata);
}

/** Checks a type by its number, which is the same in every copy, and not by its class. */
function ownType(type: ArrowType, column: string): arrow.DataType {
  const { DataType: Arrow } = arrow;
  const field = (of: arrow.Field): arrow.Field => ownField(of, `${column}.${of.name}`);
  if (Arrow.isNull(type)) return new arrow.Null();
  if (Arrow.isBool(type)) return new arrow.Bool();
  if (Arrow.isInt(type)) return new arrow.Int(type.isSigned, type.bitWidth);
  if (Arrow.isFloat(type)) return new arrow.Float(type.precision);
  if (Arrow.isDecimal(type)) return new arrow.Decimal(type.scale, type.precision, type.bitWidth);
  if (Arrow.isUtf8(type)) return new arrow.Utf8();
  if (Arrow.isLargeUtf8(type)) return new arrow.LargeUtf8();
  if (Arrow.isBinary(type)) return new arrow.Binary();
  if (Arrow.isLargeBinary(type)) return new arrow.LargeBinary();
  if (Arrow.isFixedSizeBinary(type)) return new arrow.FixedSizeBinary(type.byteWidth);
  if (Arrow.isDate(type)) return new arrow.Date_(type.unit);
  if (Arrow.isTime(type)) return new arrow.Time(type.unit, type.bitWidth);
  if (Arrow.isTimestamp(type)) return new arrow.Timestamp(type.unit, type.timezone);
  if (Arrow.isDuration(type)) return new arrow.Duration(type.unit);
  if (Arrow.isInterval(type)) return new arrow.Interval(type.unit);
  if (Arrow.isStruct(type)) return new arrow.Struct(type.children.map(field));
  if (Arrow.isDictionary(type)) {
    const values = ownType(type.dictionary as ArrowType, column);
    const indices = ownType(type.indices as ArrowType, column) as typeof type.indices;
    return new arrow.Dictionary(values, indices, type.id, type.isOrdered);
  }
  const [child] = (type.children as readonly arrow.Field[] | null) ?? [];
  if (child !== undefined) {
    if (Arrow.isList(type)) return new arrow.List(field(child));
    if (Arrow.isFixedSizeList(type)) return new arrow.FixedSizeList(type.listSize, field(child));
    if (Arrow.isMap(type))
      return new arrow.Map_(
        field(child) as arrow.Field<arrow.Struct<{ key: arrow.DataType; value: arrow.DataType }>>,
        type.keysSorted,
      );
  }
  throw new ArgumentError(
    "data",
    `Column ${column} is of type Arrow ${arrowName(type)}, in a table of another copy of apache-arrow than this package uses. Only simple types, lists, maps, structs and dictionaries of another copy can be converted. Install one version of apache-arrow, or convert the column.`,
  );
}

function ownChildren(data: arrow.Data, fields: readonly arrow.Field[]): arrow.Data[] {
  return data.children.flatMap((child, index) => {
    const field = fields[index];
    return field === undefined ? [] : [ownData(child, field.type as ArrowType)];
  });
}

function ownData(data: arrow.Data, type: ArrowType): arrow.Data {
  const { offset, length, nullCount, buffers } = data;
  if (!arrow.DataType.isDictionary(type)) {
    const fields = type.children as readonly arrow.Field[] | null;
    const children = ownChildren(data, fields ?? []);
    return new arrow.Data(type, offset, length, nullCount, buffers, children);
  }
  const parts = (data.dictionary?.data ?? []) as readonly arrow.Data[];
  const values = parts.map((part) => ownData(part, type.dictionary as ArrowType));
  return new arrow.Data(type, offset, length, nullCount, buffers, [], new arrow.Vector(values));
}
