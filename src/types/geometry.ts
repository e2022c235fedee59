import { ArgumentError } from "../errors.js";

/** @throws {ArgumentError} srid is not a 32-bit integer of at least 0, or wkb is not a Uint8Array */
function check(wkb: unknown, srid: number): void {
  if (!(wkb instanceof Uint8Array))
    throw new ArgumentError("wkb", "wkb, the shape as well-known binary, must be a Uint8Array.");
  if ((srid | 0) !== srid || srid < 0)
    throw new ArgumentError("srid", `srid must be a 32-bit integer of at least 0, got ${srid}.`);
}

/** The common part of GEOMETRY and GEOGRAPHY values. */
abstract class SpatialValue {
  /** The shape as well-known binary, the form that Spark uses. */
  readonly wkb: Uint8Array;
  /** The number of the spatial reference system. */
  readonly srid: number;

  constructor(wkb: Uint8Array, srid: number) {
    check(wkb, srid);
    this.wkb = wkb;
    this.srid = srid;
  }

  /** Whether both have the same bytes and reference system. Different bytes can still describe the same shape. */
  equals(other: this): boolean {
    return this.srid === other.srid && Buffer.compare(this.wkb, other.wkb) === 0;
  }

  /** The prefix of extended well-known text, then the bytes in hexadecimal: `SRID=4326;0101…`. */
  toString(): string {
    return `SRID=${this.srid};${Buffer.from(this.wkb).toString("hex")}`;
  }

  /** The same text as `toString`. */
  toJSON(): string {
    return this.toString();
  }
}

/** A value of GEOMETRY: a shape on a plane. */
export class Geometry extends SpatialValue {
  /**
   * @param srid number of the reference system. Default: 0, no reference system
   * @throws {ArgumentError} an argument is of the wrong type
   */
  constructor(wkb: Uint8Array, srid = 0) {
    super(wkb, srid);
  }
}

/** A value of GEOGRAPHY: a shape on the globe. */
export class Geography extends SpatialValue {
  /**
   * @param srid number of the reference system. Default: 4326, WGS 84
   * @throws {ArgumentError} an argument is of the wrong type
   */
  constructor(wkb: Uint8Array, srid = 4326) {
    super(wkb, srid);
  }
}
