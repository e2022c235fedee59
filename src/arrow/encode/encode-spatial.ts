import * as arrow from "apache-arrow";
import type { GeographyType, GeometryType } from "../../types/data-type.js";
import { Geography, Geometry } from "../../types/geometry.js";
import { arrowSpatial } from "../arrow-types.js";
import { encodeBinaries } from "./encode-bytes.js";
import { isMissing, misfit, nullBits, type ColumnValues } from "./encode-values.js";

/** Encodes spatial values, as structs of reference system and well-known binary. */
export function encodeSpatial(
  source: ColumnValues,
  type: GeometryType | GeographyType,
): arrow.Data {
  const { length } = source.values;
  const Shape = type.kind === "geometry" ? Geometry : Geography;
  const srids = new Int32Array(length);
  const empty = new Uint8Array(0);
  const shapes = source.values.map((value, index) => {
    if (isMissing(value)) return empty;
    if (!(value instanceof Shape)) throw misfit(source, index, `: pass a ${Shape.name}`);
    if (type.srid !== "any" && type.srid !== value.srid)
      throw misfit(source, index, `: its SRID is ${value.srid}`);
    srids[index] = value.srid;
    return value.wkb;
  });
  const srid = arrow.makeData({ type: new arrow.Int32(), length, data: srids, nullCount: 0 });
  const wkb = encodeBinaries({ ...source, nullable: false, values: shapes });
  return arrow.makeData({
    type: arrowSpatial(type),
    length,
    children: [srid, wkb],
    ...nullBits(source),
  });
}
