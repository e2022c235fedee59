/** Each SQL function makes the plan that PySpark's function of this name makes of the same arguments. */
import { conditional } from "./functions/conditional.js";
import { describeGoldenPlans } from "./golden-plans.js";

describeGoldenPlans("conditional functions", conditional);
