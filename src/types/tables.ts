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
