import type { DataType } from "./data-type.js";
import * as types from "./data-type.js";

/** The smallest Spark type for every element of a typed array. Spark has no unsigned types. */
export function typedArrayType(values: unknown): DataType | undefined {
  if (values instanceof Int8Array) return types.ByteType();
  if (values instanceof Int16Array) return types.ShortType();
  if (values instanceof Uint8Array || values instanceof Uint8ClampedArray) return types.ShortType();
  if (values instanceof Int32Array || values instanceof Uint16Array) return types.IntegerType();
  if (values instanceof Uint32Array || values instanceof BigInt64Array) return types.LongType();
  if (values instanceof BigUint64Array) return types.DecimalType(20, 0);
  if (values instanceof Float32Array) return types.FloatType();
  if (values instanceof Float64Array) return types.DoubleType();
  return undefined;
}
