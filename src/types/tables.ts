/**
 * The tables and views that TypeScript knows: the type of the rows by name. Empty at first; add tables by declaration,
 * or let `npx sparktide types` write the declarations.
 *
 * ```ts
 * declare module "sparktide" {
 *   interface Tables {
 *     "sales.orders": { id: bigint; total: string | null };
 *   }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Users add members by declaration.
export interface Tables {}

/**
 * The data sources that TypeScript knows in addition to `coingecko`, `weather`, `rate` and `kafka`: the type of the rows
 * by the format's name. Empty at first; add your own by declaration, as for {@link Tables}. A declaration has priority
 * over the types that the package has.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Users add members by declaration.
export interface Formats {}
