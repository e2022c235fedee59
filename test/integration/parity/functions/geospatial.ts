import * as F from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

export const geospatial: readonly GoldenCase[] = [
  ['F.st_asbinary("a")', () => F.st_asbinary("a")],
  ['F.st_asbinary(F.col("a"), "XDR")', () => F.st_asbinary(F.col("a"), "XDR")],
  ['F.st_asbinary("a", F.col("b"))', () => F.st_asbinary("a", F.col("b"))],
  ['F.st_geogfromwkb("a")', () => F.st_geogfromwkb("a")],
  ['F.st_geogfromwkb(F.col("a"))', () => F.st_geogfromwkb(F.col("a"))],
  ['F.st_geomfromwkb("a")', () => F.st_geomfromwkb("a")],
  ['F.st_geomfromwkb(F.col("a"))', () => F.st_geomfromwkb(F.col("a"))],
  ['F.st_srid("a")', () => F.st_srid("a")],
  ['F.st_srid(F.col("a"))', () => F.st_srid(F.col("a"))],
  ['F.st_geomfromwkb("a", 4326)', () => F.st_geomfromwkb("a", 4326)],
  ['F.st_geomfromwkb("a", "b")', () => F.st_geomfromwkb("a", "b")],
  ['F.st_geomfromwkb("a", F.col("b"))', () => F.st_geomfromwkb("a", F.col("b"))],
  ['F.st_setsrid("a", 4326)', () => F.st_setsrid("a", 4326)],
  ['F.st_setsrid(F.col("a"), "b")', () => F.st_setsrid(F.col("a"), "b")],
  ['F.st_setsrid("a", F.col("b"))', () => F.st_setsrid("a", F.col("b"))],
];
