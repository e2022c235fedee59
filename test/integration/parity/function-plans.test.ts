/** Each SQL function makes the plan that PySpark's function of this name makes of the same arguments. */
import { conditional } from "./functions/conditional.js";
import { collection } from "./functions/collection.js";
import { higherOrder } from "./functions/higher-order.js";
import { array } from "./functions/array.js";
import { struct } from "./functions/struct.js";
import { map } from "./functions/map.js";
import { generator } from "./functions/generator.js";
import { describeGoldenPlans } from "./golden-plans.js";

describeGoldenPlans("conditional functions", conditional);
describeGoldenPlans("collection functions", collection);
describeGoldenPlans("higher-order functions", higherOrder);
describeGoldenPlans("array functions", array);
describeGoldenPlans("struct functions", struct);
describeGoldenPlans("map functions", map);
describeGoldenPlans("generator functions", generator);
