/** Each SQL function makes the plan that PySpark's function of this name makes of the same arguments. */
import { conditional } from "./functions/conditional.js";
import { collection } from "./functions/collection.js";
import { higherOrder } from "./functions/higher-order.js";
import { array } from "./functions/array.js";
import { struct } from "./functions/struct.js";
import { map } from "./functions/map.js";
import { aggregate } from "./functions/aggregate.js";
import { aggregateCollect } from "./functions/aggregate-collect.js";
import { aggregateStatistics } from "./functions/aggregate-statistics.js";
import { aggregateSketch } from "./functions/aggregate-sketch.js";
import { generator } from "./functions/generator.js";
import { sketch } from "./functions/sketch.js";
import { tupleSketch } from "./functions/tuple-sketch.js";
import { describeGoldenPlans } from "./golden-plans.js";

describeGoldenPlans("conditional functions", conditional);
describeGoldenPlans("collection functions", collection);
describeGoldenPlans("higher-order functions", higherOrder);
describeGoldenPlans("array functions", array);
describeGoldenPlans("struct functions", struct);
describeGoldenPlans("map functions", map);
describeGoldenPlans("aggregate functions", aggregate);
describeGoldenPlans("aggregate functions that gather values", aggregateCollect);
describeGoldenPlans("aggregate functions of statistics", aggregateStatistics);
describeGoldenPlans("aggregate functions that make sketches", aggregateSketch);
describeGoldenPlans("generator functions", generator);
describeGoldenPlans("sketch functions", sketch);
describeGoldenPlans("tuple sketch functions", tupleSketch);
