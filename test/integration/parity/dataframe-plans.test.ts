/** Each Column and Window makes the expression that PySpark's makes of the same arguments. */
import { column, windows } from "./dataframe/column.js";
import { describeGoldenPlans } from "./golden-plans.js";

describeGoldenPlans("Column", column);
describeGoldenPlans("Window", windows);
