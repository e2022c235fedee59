// Prints a plan as a tree, for people to read.

import {
  isFieldSet,
  isMessage,
  type DescField,
  type DescMessage,
  type Message,
} from "@bufbuild/protobuf";
import {
  Expression_AliasSchema,
  Expression_LiteralSchema,
  Expression_SortOrderSchema,
  ExpressionSchema,
} from "../gen/spark/connect/expressions_pb.js";
import { RelationSchema, type Relation } from "../gen/spark/connect/relations_pb.js";
import { DataTypeSchema } from "../gen/spark/connect/types_pb.js";
import { REDACTED } from "../secret-text.js";
import { expressionText, literalText, shortened, sortText } from "./expression-text.js";

/** Spark hides the values of options with such names (spark.redaction.regex, spark.sql.redaction.options.regex). */
const SENSITIVE =
  /url|secret|passw|token|access[.]?key|api[-_]?key|credential|auth|cookie|header|signature|session/i;

/** A sensitive name with its value in SQL text: `OPTIONS (password 'x')`, `token => "x"`. */
const SENSITIVE_TEXT = new RegExp(
  `([\\w.\`'"-]*(?:${SENSITIVE.source})[\\w.\`'"-]*\\s*(?:=>|=|:|,)?\\s*)('(?:[^'\\\\]|\\\\.|'')*'|"(?:[^"\\\\]|\\\\.)*")`,
  "gi",
);

/** The user and password of a URL, and the values of its query. */
const IN_ADDRESS = /(:\/\/)[^/\s@'"]+@|([?&][^=&\s'"]+=)[^&\s'"]+/g;

/** A message of any type, with its fields by name. */
type Fields = Message & Readonly<Record<string, unknown>>;

/**
 * A plan as a tree: each relation with its arguments, and below it the relations that it reads. The text ends
 * with a line break.
 *
 * @param hiddenOptions further options with hidden values; case is ignored
 */
export function planTree(root: Relation, hiddenOptions: readonly string[]): string {
  const hidden = new Set(hiddenOptions.map((name) => name.toLowerCase()));
  const lines: string[] = [];
  const add = (relation: Relation, indent: string, label: string): void => {
    const { args, children } = partsOf(relation, hidden);
    const name = (relation.relType.case ?? "unknown").replace(/^./, (first) => first.toUpperCase());
    lines.push(`${indent}${label}${name}${args.length === 0 ? "" : ` ${args.join(", ")}`}`);
    for (const [childLabel, child] of children) {
      const below = indent === "" && label === "" ? "" : `${indent}   `;
      add(child, below, `+- ${children.length === 1 ? "" : `${childLabel}: `}`);
    }
  };
  add(root, "", "");
  return `${lines.join("\n")}\n`;
}

/** A relation's arguments as text, and the relations that it reads. */
function partsOf(
  { relType }: Relation,
  hidden: ReadonlySet<string>,
): { readonly args: string[]; readonly children: (readonly [string, Relation])[] } {
  const args: string[] = [];
  const children: (readonly [string, Relation])[] = [];
  const field = RelationSchema.fields.find(({ localName }) => localName === relType.case);
  if (field?.fieldKind !== "message") return { args, children };
  const visit = (message: Fields, schema: DescMessage): void => {
    for (const one of schema.fields) {
      if (!isFieldSet(message, one)) continue;
      for (const item of valuesOf(message, one)) {
        if (isMessage(item, RelationSchema)) {
          const isReference = one.localName === "references";
          const label = isReference ? `subquery#${item.common?.planId ?? 0n}` : one.localName;
          children.push([label, item]);
        }
      }
      const text = fieldText(message, one, hidden);
      if (text !== undefined) args.push(text);
      else if (one.fieldKind === "message" && isPlain(one.message)) {
        visit(valuesOf(message, one)[0] as Fields, one.message);
      }
    }
  };
  visit(relType.value as unknown as Fields, field.message);
  return { args, children };
}

/** Whether a message only groups fields, like the kinds of a read. */
function isPlain(message: DescMessage): boolean {
  return (
    message.typeName !== RelationSchema.typeName && message.typeName !== DataTypeSchema.typeName
  );
}

function valuesOf(message: Fields, field: DescField): readonly unknown[] {
  const { oneof, localName } = field;
  const held = oneof === undefined ? message : (message[oneof.localName] as Fields);
  const value = oneof === undefined ? held[localName] : held["value"];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** `name=value`; undefined if the value is a relation or a message to descend into. */
function fieldText(
  message: Fields,
  field: DescField,
  hidden: ReadonlySet<string>,
): string | undefined {
  const values = valuesOf(message, field);
  if (field.fieldKind === "map") {
    const entries = Object.entries(values[0] as Readonly<Record<string, unknown>>);
    const texts = entries.map(([key, value]) => `${key}=${mapValueText(key, value, hidden)}`);
    return `${field.localName}={${texts.join(", ")}}`;
  }
  const texts = values.map((value) => valueText(value, field));
  if (texts.some((text) => text === undefined)) return undefined;
  const isList = field.fieldKind === "list";
  return `${field.localName}=${isList ? `[${texts.join(", ")}]` : (texts[0] ?? "")}`;
}

function mapValueText(key: string, value: unknown, hidden: ReadonlySet<string>): string {
  if (SENSITIVE.test(key) || hidden.has(key.toLowerCase())) return REDACTED;
  return isMessage(value, ExpressionSchema)
    ? withoutSecrets(expressionText(value))
    : plainText(value);
}

function valueText(value: unknown, field: DescField): string | undefined {
  if (isMessage(value)) return messageText(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  const isEnum =
    field.fieldKind === "enum" || (field.fieldKind === "list" && field.listKind === "enum");
  if (isEnum) {
    const name = field.enum.values.find(({ number }) => number === value)?.localName;
    return (name ?? String(value)).toLowerCase();
  }
  return plainText(value);
}

function messageText(value: Message): string | undefined {
  if (isMessage(value, ExpressionSchema)) return withoutSecrets(expressionText(value));
  if (isMessage(value, Expression_SortOrderSchema)) return withoutSecrets(sortText(value));
  if (isMessage(value, Expression_LiteralSchema)) return withoutSecrets(literalText(value));
  if (isMessage(value, DataTypeSchema)) return value.kind.case ?? "?";
  if (isMessage(value, Expression_AliasSchema)) {
    return withoutSecrets(`${expressionText(value.expr)} AS ${value.name.join(", ")}`);
  }
  return undefined;
}

function plainText(value: unknown): string {
  return shortened(withoutSecrets(String(value)));
}

function withoutSecrets(text: string): string {
  return text
    .replaceAll(SENSITIVE_TEXT, (_all, name: string) => `${name}${REDACTED}`)
    .replaceAll(IN_ADDRESS, (_all, scheme: string | undefined, name: string | undefined) =>
      scheme === undefined ? `${name ?? ""}${REDACTED}` : `${scheme}${REDACTED}@`,
    );
}
