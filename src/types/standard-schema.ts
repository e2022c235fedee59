/**
 * A validator of any library that follows Standard Schema: Zod, Valibot, ArkType … The interface is
 * written down here, as far as `df.as()` uses it, because it is nothing but types: a dependency would be
 * one more package for users to install, and for whoever reads our types.
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
    /** For types only; never there at run time. */
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a validator answers: the value, which it may have changed, or what is wrong with it. */
export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

/** What a validator makes of the values that it finds right. */
// Not inferred as one parameter: of a validator written in place, the failures would count as values too.
export type StandardSchemaOutput<S extends StandardSchema> =
  Exclude<
    Awaited<ReturnType<S["~standard"]["validate"]>>,
    { readonly issues: readonly unknown[] }
  > extends { readonly value: infer Output }
    ? Output
    : never;

/** One thing that is wrong with a value, and where inside it. */
export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
