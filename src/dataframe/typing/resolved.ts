/** The same type without the names of the types that made it, so that an editor shows `number | null`, not `Sum<…>`. */
export type Resolved<T> = (T extends unknown ? [T] : never)[0];
