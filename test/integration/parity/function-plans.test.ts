/** Each SQL function makes the plan that PySpark's function of this name makes of the same arguments. */
import { afterAll, beforeAll } from "vitest";
import type { SparkSession } from "../../../src/index.js";
import { connect } from "../support.js";
import { aggregateCollect } from "./functions/aggregate-collect.js";
import { aggregateSketch } from "./functions/aggregate-sketch.js";
import { aggregateStatistics } from "./functions/aggregate-statistics.js";
import { aggregate } from "./functions/aggregate.js";
import { array } from "./functions/array.js";
import { bitwise } from "./functions/bitwise.js";
import { collection } from "./functions/collection.js";
import { conditional } from "./functions/conditional.js";
import { csv } from "./functions/csv.js";
import { deprecated } from "./functions/deprecated.js";
import { generator } from "./functions/generator.js";
import { geospatial } from "./functions/geospatial.js";
import { hash } from "./functions/hash.js";
import { higherOrder } from "./functions/higher-order.js";
import { json } from "./functions/json.js";
import { map } from "./functions/map.js";
import { math } from "./functions/math.js";
import { misc } from "./functions/misc.js";
import { normal } from "./functions/normal.js";
import { partitionTransformation } from "./functions/partition-transformation.js";
import { predicate } from "./functions/predicate.js";
import { random } from "./functions/random.js";
import { sketch } from "./functions/sketch.js";
import { sort } from "./functions/sort.js";
import { stringEncoding } from "./functions/string-encoding.js";
import { stringSearch } from "./functions/string-search.js";
import { string } from "./functions/string.js";
import { struct } from "./functions/struct.js";
import { trigonometry } from "./functions/trigonometry.js";
import { tupleSketch } from "./functions/tuple-sketch.js";
import { url } from "./functions/url.js";
import { userDefined } from "./functions/user-defined.js";
import { variant } from "./functions/variant.js";
import { vector } from "./functions/vector.js";
import { windowFunctions } from "./functions/window-functions.js";
import { xml } from "./functions/xml.js";
import { describeGoldenPlans } from "./golden-plans.js";

let spark: SparkSession;
beforeAll(async () => {
  spark = await connect();
});
afterAll(async () => {
  await spark.stop();
});

describeGoldenPlans(
  "normal functions",
  normal(() => spark),
);
describeGoldenPlans("conditional functions", conditional);
describeGoldenPlans("predicate functions", predicate);
describeGoldenPlans("sort functions", sort);
describeGoldenPlans("mathematical functions", math);
describeGoldenPlans("trigonometric functions", trigonometry);
describeGoldenPlans("random functions", random);
describeGoldenPlans("string functions", string);
describeGoldenPlans("string functions that search", stringSearch);
describeGoldenPlans("string functions that encode", stringEncoding);
describeGoldenPlans("bitwise functions", bitwise);
describeGoldenPlans("hash functions", hash);
describeGoldenPlans("URL functions", url);
describeGoldenPlans("miscellaneous functions", misc);
describeGoldenPlans("functions that call others'", userDefined);
describeGoldenPlans("collection functions", collection);
describeGoldenPlans("higher-order functions", higherOrder);
describeGoldenPlans("array functions", array);
describeGoldenPlans("struct functions", struct);
describeGoldenPlans("map functions", map);
describeGoldenPlans("aggregate functions", aggregate);
describeGoldenPlans("aggregate functions that gather values", aggregateCollect);
describeGoldenPlans("aggregate functions of statistics", aggregateStatistics);
describeGoldenPlans("aggregate functions that make sketches", aggregateSketch);
describeGoldenPlans("window functions", windowFunctions);
describeGoldenPlans("generator functions", generator);
describeGoldenPlans("partition transformations", partitionTransformation);
describeGoldenPlans("CSV functions", csv);
describeGoldenPlans("JSON functions", json);
describeGoldenPlans("variant functions", variant);
describeGoldenPlans("XML functions", xml);
describeGoldenPlans("sketch functions", sketch);
describeGoldenPlans("tuple sketch functions", tupleSketch);
describeGoldenPlans("geospatial functions", geospatial);
describeGoldenPlans("vector functions", vector);
describeGoldenPlans("deprecated functions", deprecated);
