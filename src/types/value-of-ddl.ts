import type { CalendarInterval } from "./calendar-interval.js";
import type { DayTimeInterval } from "./day-time-interval.js";
import type { ValueOfKind } from "./row-of-schema.js";
import type { ObjectRow } from "./row.js";
import type { Timestamp } from "./timestamp.js";
import type { YearMonthInterval } from "./year-month-interval.js";

/** The kind of each type that DDL text writes as one word, perhaps with parameters in parentheses. */
interface KindOfWord {
  void: "void";
  boolean: "boolean";
  tinyint: "byte";
  byte: "byte";
  smallint: "short";
  short: "short";
  int: "integer";
  integer: "integer";
  bigint: "long";
  long: "long";
  float: "float";
  real: "float";
  double: "double";
  decimal: "decimal";
  dec: "decimal";
  numeric: "decimal";
  string: "string";
  char: "char";
  character: "char";
  varchar: "varchar";
  binary: "binary";
  date: "date";
  time: "time";
  timestamp_ltz: "timestamp";
  timestamp_ntz: "timestamp_ntz";
  variant: "variant";
  geometry: "geometry";
  geography: "geography";
}

type YearMonthWord = "year" | "month";
type DayTimeWord = "day" | "hour" | "minute" | "second";

// The parsers below return what they read with the rest of the text, and undefined for a text that they cannot read.
// They do not read comments (`--`, `/*`), DEFAULT and escapes in text.

/** The text with spaces instead of tabs and line ends, four at a time because TypeScript limits the depth. */
type Spaced<S extends string> = Replaced<Replaced<Replaced<S, "\n">, "\t">, "\r">;
type Replaced<
  S extends string,
  Char extends string,
> = S extends `${infer A}${Char}${infer B}${Char}${infer C}${Char}${infer D}${Char}${infer E}`
  ? Replaced<`${A} ${B} ${C} ${D} ${E}`, Char>
  : S extends `${infer A}${Char}${infer B}`
    ? Replaced<`${A} ${B}`, Char>
    : S;

/** The text without the spaces in front. */
type Trim<S extends string> = S extends ` ${infer Rest}`
  ? Rest extends `   ${infer Further}`
    ? Trim<Further>
    : Trim<Rest>
  : S;

type Before<S extends string, End extends string> = S extends `${infer Start}${End}${string}`
  ? Start
  : S;

// The comma first: the text before it is short, so the other searches are cheap.
type Word<S extends string> = Before<Before<Before<Before<Before<S, ",">, " ">, "(">, "<">, ">">;

type Keyword<S extends string> = Lowercase<Word<S>>;

type AfterWord<S extends string> = S extends `${Word<S>}${infer Rest}` ? Trim<Rest> : never;

type AfterParameters<S extends string> = S extends `(${string})${infer Rest}` ? Trim<Rest> : S;

/** The text after a column or an inner type. */
type End = "" | `,${string}` | `>${string}`;

/** Skips `WITHOUT TIME ZONE`, `WITH LOCAL TIME ZONE` and `COLLATE name` after a type. */
type AfterSuffix<S extends string> = S extends End
  ? S
  : Keyword<S> extends "without" | "with" | "local" | "time" | "zone"
    ? AfterSuffix<AfterWord<S>>
    : Keyword<S> extends "collate"
      ? AfterWord<AfterWord<S>>
      : S;

type AfterIntervalFields<S extends string> =
  Keyword<S> extends YearMonthWord | DayTimeWord | "to" ? AfterIntervalFields<AfterWord<S>> : S;

/** A type at the start of the text. `Always` is null for rows that may contain nulls despite the schema. */
type TypeAt<S extends string, Always> = TypeCalled<Keyword<S>, AfterWord<S>, Always>;

type ValueOfWord<Word extends string> =
  Lowercase<Word> extends keyof KindOfWord ? ValueOfKind[KindOfWord[Lowercase<Word>]] : never;

type TypeCalled<Name extends string, Rest extends string, Always> = Name extends keyof KindOfWord
  ? [ValueOfKind[KindOfWord[Name]], AfterSuffix<AfterParameters<Rest>>]
  : Name extends "timestamp"
    ? [
        Keyword<AfterParameters<Rest>> extends "without" ? string : Timestamp,
        AfterSuffix<AfterParameters<Rest>>,
      ]
    : Name extends "interval"
      ? [
          Keyword<Rest> extends YearMonthWord
            ? YearMonthInterval
            : Keyword<Rest> extends DayTimeWord
              ? DayTimeInterval
              : CalendarInterval,
          AfterIntervalFields<Rest>,
        ]
      : Rest extends `<${infer Inner}`
        ? Name extends "array"
          ? ArrayIn<TypeAt<Trim<Inner>, Always>>
          : Name extends "map"
            ? MapFrom<TypeAt<Trim<Inner>, Always>, Always>
            : Name extends "struct"
              ? StructIn<Trim<Inner>, Always>
              : undefined
        : undefined;

type ArrayIn<Element> = Element extends [infer E, `>${infer Rest}`]
  ? [(E | null)[], Trim<Rest>]
  : undefined;

type MapFrom<Key, Always> = Key extends [infer K, `,${infer Rest}`]
  ? MapOf<K, TypeAt<Trim<Rest>, Always>>
  : undefined;

type MapOf<K, Value> = Value extends [infer V, `>${infer Rest}`]
  ? [Map<K, V | null>, Trim<Rest>]
  : undefined;

type StructIn<S extends string, Always> = S extends `>${infer Rest}`
  ? [NoColumns, Trim<Rest>]
  : ColumnsAt<S, Always> extends [infer Fields extends Field[], `>${infer Rest}`]
    ? [FieldsRow<Fields>, Trim<Rest>]
    : undefined;

type Field = [name: string, value: unknown];

// The intersection makes editors show the columns, not the name of the type.
type FieldsRow<Fields extends Field[]> = { [F in Fields[number] as F[0]]: F[1] } & {};

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- A struct without fields.
type NoColumns = Record<never, never>;

/** A column's name at the start of the text, and the colon that may follow it. */
type NameAt<S extends string> = S extends `\`${infer Name}\`${infer Rest}`
  ? // Two backticks inside a name are one.
    Rest extends `\`${string}`
    ? undefined
    : [Name, AfterColon<Trim<Rest>>]
  : S extends `${Before<Word<S>, ":">}${infer Rest}`
    ? [Before<Word<S>, ":">, AfterColon<Trim<Rest>>]
    : never;

type AfterColon<S extends string> = S extends `:${infer Rest}` ? Trim<Rest> : S;

/** The end of a column: whether it can be null. */
type NullAt<S extends string, Null = null> = S extends End
  ? [Null, S]
  : Keyword<S> extends "not"
    ? Keyword<AfterWord<S>> extends "null"
      ? NullAt<AfterWord<AfterWord<S>>, never>
      : undefined
    : Keyword<S> extends "comment"
      ? AfterStrings<AfterWord<S>> extends infer Rest extends string
        ? NullAt<Rest, Null>
        : undefined
      : undefined;

/** Skips string literals. Two quotes inside a literal read as two literals, which are one text too. */
type AfterStrings<S extends string> = S extends `'${infer Text}'${infer Rest}`
  ? Text extends `${string}\\${string}`
    ? undefined
    : AfterStrings<Trim<Rest>>
  : S extends `"${infer Text}"${infer Rest}`
    ? Text extends `${string}\\${string}`
      ? undefined
      : AfterStrings<Trim<Rest>>
    : S;

/** TypeScript refuses much deeper recursion. */
type MostColumns = 400;

type ColumnsAt<
  S extends string,
  Always,
  Fields extends Field[] = [],
> = Fields["length"] extends MostColumns
  ? undefined
  : // First the most frequent columns, a name and a word, because this is much cheaper.
    S extends `${infer Name} ${infer Type},${infer Next}`
    ? Name extends `\`${string}` | `${string}:${string}`
      ? AnyColumnsAt<S, Always, Fields>
      : Lowercase<Type> extends keyof KindOfWord
        ? ColumnsAt<Trim<Next>, Always, [...Fields, [Name, ValueOfWord<Type> | null]]>
        : Lowercase<Type> extends `${infer Word extends keyof KindOfWord} not null`
          ? ColumnsAt<Trim<Next>, Always, [...Fields, [Name, ValueOfWord<Word> | Always]]>
          : AnyColumnsAt<S, Always, Fields>
    : AnyColumnsAt<S, Always, Fields>;

type AnyColumnsAt<S extends string, Always, Fields extends Field[]> =
  NameAt<S> extends [infer Name extends string, infer AfterName extends string]
    ? TypeAt<AfterName, Always> extends [infer Value, infer AfterType extends string]
      ? NullAt<AfterType> extends [infer Null, infer Rest extends string]
        ? Rest extends `,${infer Next}`
          ? ColumnsAt<Trim<Next>, Always, [...Fields, [Name, Value | Null | Always]]>
          : [[...Fields, [Name, Value | Null | Always]], Rest]
        : undefined
      : undefined
    : undefined;

/** Whether TypeScript knows each character of the text, and the text has no comments. */
type IsReadable<Text extends string> =
  // A text with unknown parts makes an index signature, which an object without properties has too.
  NoColumns extends Record<Text, 1>
    ? false
    : Text extends `${string}--${string}` | `${string}/*${string}`
      ? false
      : true;

/** `Unreadable` if the text has no type that TypeScript can read, `NotAType` if it is a column list. */
type TypeIn<Text extends string, Always, NotAType, Unreadable> =
  IsReadable<Text> extends false
    ? Unreadable
    : TypeAt<Trim<Spaced<Text>>, Always> extends [infer Value, ""]
      ? Value
      : NotAType;

type ColumnsInText<Text extends string, Always, Unreadable> =
  IsReadable<Text> extends false
    ? Unreadable
    : Trim<Spaced<Text>> extends ""
      ? NoColumns
      : ColumnsAt<Trim<Spaced<Text>>, Always> extends [infer Fields extends Field[], ""]
        ? FieldsRow<Fields>
        : Unreadable;

type DdlRow<Text extends string, Always> = Text extends string
  ? Keyword<Trim<Spaced<Text>>> extends "struct"
    ? TypeIn<Text, Always, ColumnsInText<Text, Always, ObjectRow>, ObjectRow>
    : ColumnsInText<Text, Always, ObjectRow>
  : never;

/**
 * The type of a decoded value of a type in SQL syntax: `ValueOfDdl<"array<int>">` is `(number | null)[]`. A column list
 * is a struct. It is `unknown` if TypeScript cannot read the text.
 */
export type ValueOfDdl<Text extends string> = Text extends string
  ? TypeIn<Text, never, ColumnsInText<Text, never, unknown>, unknown>
  : never;

/**
 * The type of the rows of a column list in SQL syntax: `RowOfDdl<"id BIGINT NOT NULL, tags ARRAY<STRING>">` is
 * `{ id: bigint; tags: (string | null)[] | null }`. It is {@link ObjectRow} if TypeScript cannot read the text, for
 * example because it has a DEFAULT or a comment.
 */
export type RowOfDdl<Text extends string> = DdlRow<Text, never>;

/** Like {@link RowOfDdl}, with null allowed everywhere. Spark reads files this way, even if the schema forbids nulls. */
export type NullableRowOfDdl<Text extends string> = DdlRow<Text, null>;
