import type { AllTypes } from "../all-types.js";

/** The columns themselves: they have the types that the other files of cases rely on. */
export const allTypes = ({ variant, variantOrNull, ...columns }: AllTypes) => ({
  ...columns,
  variantUnknown: variant,
  variantOrNullUnknown: variantOrNull,
});
