import type { JsonForms } from "../../types/json/json-forms.js";

/** The forms of JSON that the command line writes: all digits, and each column in each row. */
export function cliJsonForms({ quoteNumbers }: { readonly quoteNumbers: boolean }): JsonForms {
  const form = quoteNumbers ? "string" : "digits";
  return { bigint: form, decimal: form, ignoreNullFields: false };
}
