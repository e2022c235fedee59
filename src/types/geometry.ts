import { ArgumentError } from "../errors.js";

/** @throws {ArgumentError} srid is no 32-bit integer of at least 0, or wkb is no Uint8Array */
function check(wkb: unknown, srid: number): void {
  if (!(wkb instanceof Uint8Array))
    throw new ArgumentError("wkb", "A shape's well-known binary must be a Uint8Array.");
  if ((srid | 0) !== srid || srid < 0)
    throw new ArgumentError("srid", `${srid} is no number of a reference system.`);
}

/** What values of GEOMETRY and GEOGRAPHY have in common. */
abstract class SpatialValue {
  /** The shape in well-known binary, as Spark has it. */
  readonly wkb: Uint8Array;
  /** Number of the spatial reference system. */
  readonly srid: number;

  constructor(wkb: Uint8Array, srid: number) {
    check(wkb, srid);
    this.wkb = wkb;
    this.srid = srid;
  }

  /** True for the same bytes in the same reference system; other bytes may still mean the same shape. */
  equals(other: this): boolean {
    return this.srid === other.srid && Buffer.compare(this.wkb, other.wkb) === 0;
  }

  /** As extended well-known text has its prefix, then the bytes in hexadecimal: `SRID=4326;0101…`. */
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
   * @param srid number of the reference system, 0 for none
   * @throws {ArgumentError} an argument is of the wrong type
   */
  constructor(wkb: Uint8Array, srid = 0) {
    super(wkb, srid);
  }
}

/** A value of GEOGRAPHY: a shape on the globe. */
export class Geography extends SpatialValue {
  /**
   * @param srid number of the reference system, WGS 84 unless set
   * @throws {ArgumentError} an argument is of the wrong type
   */
  constructor(wkb: Uint8Array, srid = 4326) {
    super(wkb, srid);
  }
}
