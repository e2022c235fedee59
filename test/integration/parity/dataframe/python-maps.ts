import type { DataFrame, PythonMapOptions } from "../../../../src/index.js";
import { col } from "../../../../src/functions/index.js";
import type { GoldenCase } from "../golden-plans.js";

/** Cases of functions over whole rows. The functions are pickles, which the test does not compare. */
export function pythonMaps(df: () => DataFrame, other: () => DataFrame): readonly GoldenCase[] {
  const text = (name: string, outputSchema = "id BIGINT"): PythonMapOptions => ({
    source: `def ${name}(*frames):\n    return frames[0]\n`,
    function: name,
    outputSchema,
  });
  return [
    ['df.mapInPandas(map_rows, "id BIGINT")', () => df().mapInPandas(text("map_rows"))],
    [
      'df.mapInPandas(map_rows, "id BIGINT, a ARRAY<STRING>", barrier=True)',
      () => df().mapInPandas({ ...text("map_rows", "id BIGINT, a ARRAY<STRING>"), barrier: true }),
    ],
    ['df.mapInArrow(map_rows, "id BIGINT")', () => df().mapInArrow(text("map_rows"))],
    [
      'df.groupBy("id").applyInPandas(map_group, "id BIGINT")',
      () => df().groupBy("id").applyInPandas(text("map_group")),
    ],
    [
      'df.groupBy(F.col("id") % 2, "id").applyInArrow(map_group, "id BIGINT")',
      () => df().groupBy(col("id").mod(2), "id").applyInArrow(text("map_group")),
    ],
    [
      'df.groupBy("id").cogroup(other.groupBy("id")).applyInPandas(map_cogroup, "id BIGINT")',
      () => df().groupBy("id").cogroup(other().groupBy("id")).applyInPandas(text("map_cogroup")),
    ],
    [
      'df.groupBy("id").cogroup(other.groupBy("id")).applyInArrow(map_cogroup, "id BIGINT")',
      () => df().groupBy("id").cogroup(other().groupBy("id")).applyInArrow(text("map_cogroup")),
    ],
  ];
}
