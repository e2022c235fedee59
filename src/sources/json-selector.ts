import { isJsonArray, isJsonObject, type JsonValue } from "./json-text.js";

/** One step: a field's name, an index, or every element. */
type Step = string | number | typeof EVERY;

const EVERY = Symbol("every element");

/** A bracket with `*`, an index or a quoted name in it, or a dot and a name. */
const STEP =
  /\[(?:(?<every>\*)|(?<index>-?\d{1,9})|'(?<single>[^']*)'|"(?<double>[^"]*)")\]|\.(?<name>[^.[\]]+)/y;
const LINK_FIELDS = ["uri", "href", "url"];

/** The steps of a selector; undefined for a text that is none. */
function parseSelector(text: string): Step[] | undefined {
  if (text.startsWith("/")) {
    if (/~(?![01])/.test(text)) return undefined;
    const tokens = text.slice(1).split("/");
    return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  if (text === "") return [];
  const isRooted = /^\$(?=$|[.[])/.test(text);
  const rest = isRooted ? text.slice(1) : text.startsWith("[") ? text : `.${text}`;
  const steps: Step[] = [];
  let at = 0;
  while (at < rest.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(rest);
    if (found === null) return undefined;
    const { every, index, single, double, name } = found.groups ?? {};
    if (every !== undefined) steps.push(EVERY);
    else steps.push(index === undefined ? (name ?? single ?? double ?? "") : Number(index));
    at = STEP.lastIndex;
  }
  return steps;
}

/** In a list of links, the address of the one with this relation. */
function linkTo(links: readonly JsonValue[], relation: string): JsonValue | undefined {
  for (const link of links) {
    if (!isJsonObject(link) || link.get("rel") !== relation) continue;
    const field = LINK_FIELDS.find((name) => link.has(name));
    if (field !== undefined) return link.get(field);
  }
  return undefined;
}

function stepInto(value: JsonValue, step: Exclude<Step, typeof EVERY>): JsonValue | undefined {
  if (isJsonObject(value)) return typeof step === "string" ? value.get(step) : undefined;
  if (!isJsonArray(value)) return undefined;
  if (typeof step === "number") return value.at(step);
  return (
    linkTo(value, step) ?? (/^(?:0|[1-9]\d{0,8})$/.test(step) ? value[Number(step)] : undefined)
  );
}

/** A dotted path, at each place of which a key that holds all the rest goes first. */
function dotted(value: JsonValue, path: string): JsonValue | undefined {
  if (isJsonObject(value) && value.has(path)) return value.get(path);
  const dot = path.indexOf(".");
  if (dot === -1) return stepInto(value, path);
  const found = stepInto(value, path.slice(0, dot));
  return found === undefined ? undefined : dotted(found, path.slice(dot + 1));
}

/** What each element of an array, or each value of an object, is; of null nothing. */
function elementsOf(value: JsonValue): readonly JsonValue[] | undefined {
  if (value === null) return [];
  if (isJsonArray(value)) return value;
  return isJsonObject(value) ? [...value.values()] : undefined;
}

/** Whether a text is a selector. */
export function isSelector(text: string): boolean {
  return parseSelector(text) !== undefined;
}

/** The field of the document that a selector begins with; undefined where it takes all of it. */
export function firstStep(text: string): string | undefined {
  const first = parseSelector(text)?.[0];
  return first === undefined || first === EVERY ? undefined : String(first);
}

/** Whether a selector can lead to more than one value. */
export function selectsMany(text: string): boolean {
  return parseSelector(text)?.includes(EVERY) ?? false;
}

/**
 * The values that a selector leads to, by the rules of the option `dataField`; undefined when one of
 * its ways ends early.
 */
export function select(value: JsonValue, selector: string): readonly JsonValue[] | undefined {
  if (isJsonObject(value) && value.has(selector)) return [value.get(selector) ?? null];
  if (selector !== "" && !/^[/$]|\[/.test(selector)) {
    const found = dotted(value, selector);
    return found === undefined ? undefined : [found];
  }
  let here: readonly JsonValue[] = [value];
  for (const step of parseSelector(selector) ?? []) {
    const next: JsonValue[] = [];
    for (const item of here) {
      if (step === EVERY) {
        const elements = elementsOf(item);
        if (elements === undefined) return undefined;
        for (const element of elements) next.push(element);
      } else {
        const found = stepInto(item, step);
        if (found === undefined) return undefined;
        next.push(found);
      }
    }
    here = next;
  }
  return here;
}
