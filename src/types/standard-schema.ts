/**
 * A validator of any library that implements Standard Schema: Zod, Valibot, ArkType … This file declares the part
 * of the interface that `df.as()` uses. It consists of types only, so users need not install another package.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    /** For types only; missing at run time. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a validator: the value, which it may have changed, or the problems with the value. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** The type of the values that a validator returns for valid input. */
// Not inferred as a type parameter: for an inline validator, TypeScript would count the failures as values too.
export type StandardSchemaOutput<S extends StandardSchema> =
  Exclude<
    Awaited<ReturnType<S["~standard"]["validate"]>>,
    { readonly issues: readonly unknown[] }
  > extends { readonly value: infer Output }
    ? Output
    : never;

/** One problem with a value, and its path inside the value. */
export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
