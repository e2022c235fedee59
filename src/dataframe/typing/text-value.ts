import type { ValueOf } from "./column-value.js";
import type { Resolved } from "./resolved.js";

/** What a function makes of a value: bytes of bytes, text of everything else, null of null. */
export type BytesOrText<T> = Resolved<
  unknown extends T ? string | Uint8Array | null : T extends Uint8Array | null ? T : string
>;

/** `null` if a search in the column can return null for values that are not null, as Spark declares it for BINARY. */
export type NullInBytes<C> =
  ValueOf<C> extends infer T ? (T extends Uint8Array ? null : never) : never;

/** `null` if an optional argument is given that Spark may answer with null. */
export type NullIfGiven<V> = [V] extends [never] ? never : null;
