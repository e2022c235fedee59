import { VERSION } from "../version.js";
import { JsonNumber } from "./json-number.js";
import { isJsonObject, type JsonValue } from "./json-text.js";
import { optionError, refuseReference, type RestOptionTexts } from "./rest-option-texts.js";

/** Headers that carry no credential. */
const BENIGN_HEADER =
  /^(?:accept|accept-encoding|accept-language|cache-control|content-type|user-agent)$/i;
const OWN_HEADER = /^(?:host|content-length|transfer-encoding|connection)$/i;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const SCHEMES = ["None", "Basic", "Bearer", "ApiKey", "OAuth1", "OAuth2"] as const;
const CREDENTIALS = {
  None: [],
  Basic: ["userId", "userPassword"],
  Bearer: ["oauthToken"],
  ApiKey: ["apiKey", "apiKeyIn", "apiKeyName"],
} as const;

/** Sets a header unless it is there, in whatever case. */
export function setDefault(headers: Map<string, string>, name: string, value: string): void {
  const given = [...headers.keys()].some((other) => other.toLowerCase() === name.toLowerCase());
  if (!given) headers.set(name, value);
}

/**
 * The headers that go anywhere, and those that go to the origin of `url` alone: all that is not known
 * to be harmless.
 */
export function readHeaders(options: RestOptionTexts): {
  openHeaders: Map<string, string>;
  privateHeaders: Map<string, string>;
} {
  const openHeaders = new Map<string, string>();
  const privateHeaders = new Map<string, string>();
  const isGiven = options.text("headers").trim() !== "";
  const given = isGiven ? options.json("headers") : new Map<string, JsonValue>();
  if (!isJsonObject(given)) throw optionError("headers", "must be an object of texts.");
  for (const [name, found] of given) {
    const value = found instanceof JsonNumber ? found.text : found;
    if (typeof value !== "string")
      throw optionError("headers", `${JSON.stringify(name)} has a value that is no text.`);
    if (OWN_HEADER.test(name))
      throw optionError("headers", `${JSON.stringify(name)} is set by the client itself.`);
    checkHeader("headers", name, value);
    if (!BENIGN_HEADER.test(name)) refuseReference("headers", value);
    (BENIGN_HEADER.test(name) ? openHeaders : privateHeaders).set(name, value);
  }
  const cookie = options.secret("cookie").trim();
  if (cookie !== "") {
    if (findHeader(privateHeaders, "cookie") !== undefined)
      throw optionError("cookie", "is given beside a Cookie in headers; use one of them.");
    checkHeader("cookie", "Cookie", cookie);
    privateHeaders.set("Cookie", cookie);
  }
  setDefault(openHeaders, "Accept", "application/json");
  setDefault(openHeaders, "Accept-Encoding", "gzip, deflate");
  setDefault(openHeaders, "User-Agent", `sparktide/${VERSION}`);
  return { openHeaders, privateHeaders };
}

function checkHeader(option: string, name: string, value: string): void {
  if (!HEADER_NAME.test(name))
    throw optionError(option, `${JSON.stringify(name)} is not the name of a header.`);
  // Header values are bytes; beyond Latin-1 there is no agreed way to write them.
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
    throw optionError(option, `the value for ${name} has a character that no header may hold.`);
}

function findHeader(headers: ReadonlyMap<string, string>, name: string): string | undefined {
  return [...headers.keys()].find((other) => other.toLowerCase() === name);
}

/** Adds the credentials to the headers; returns the query parameter, where they go into one. */
export function readAuth(
  options: RestOptionTexts,
  headers: Map<string, string>,
): [name: string, value: string] | undefined {
  const scheme = options.choice(
    "authType",
    options.text("userId") === "" ? "None" : "Basic",
    SCHEMES,
  );
  if (scheme === "OAuth1" || scheme === "OAuth2") {
    throw optionError(
      "authType",
      `inferRestSchema() does not sign in by ${scheme}; give it a token with authType Bearer, or ` +
        "write the schema by hand.",
    );
  }
  const usable: readonly string[] = CREDENTIALS[scheme];
  const unused = Object.entries(CREDENTIALS)
    .flatMap(([other, names]) => names.map((name) => ({ other, name })))
    .find(({ name }) => options.text(name) !== "" && !usable.includes(name));
  if (unused !== undefined) {
    throw optionError(
      unused.name,
      `is given but authType ${scheme} does not use it; set authType ${unused.other}.`,
    );
  }
  const [needed] = usable;
  if (needed !== undefined && options.text(needed) === "")
    throw optionError("authType", `${scheme} needs ${needed}.`);
  if (scheme !== "None" && findHeader(headers, "authorization") !== undefined)
    throw optionError("headers", "has Authorization beside authType; use one of them.");
  switch (scheme) {
    case "None":
      return undefined;
    case "Basic": {
      const user = options.secret("userId");
      if (user.includes(":")) throw optionError("userId", "may not contain a colon with Basic.");
      const pair = `${user}:${options.secret("userPassword")}`;
      headers.set("Authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
      return undefined;
    }
    case "Bearer": {
      const value = `Bearer ${options.secret("oauthToken")}`;
      checkHeader("oauthToken", "Authorization", value);
      headers.set("Authorization", value);
      return undefined;
    }
    case "ApiKey":
      return placeKey(options, headers);
  }
}

function placeKey(
  options: RestOptionTexts,
  headers: Map<string, string>,
): [name: string, value: string] | undefined {
  const place = options.choice("apiKeyIn", "header", ["header", "query", "cookie"]);
  const name = options.text("apiKeyName", place === "header" ? "X-API-Key" : "api_key").trim();
  const key = options.secret("apiKey");
  if (place === "query") return [name, key];
  checkHeader("apiKey", name, key);
  if (place === "header") {
    headers.set(name, key);
  } else {
    // One Cookie header holds all: a second one would be ignored by some servers.
    const known = findHeader(headers, "cookie") ?? "Cookie";
    const others = headers.get(known);
    headers.set(known, `${others === undefined ? "" : `${others}; `}${name}=${key}`);
  }
  return undefined;
}

/** What of private headers is secret: all of it, each cookie, what follows a scheme's name. */
export function secretsIn(headers: ReadonlyMap<string, string>): string[] {
  return [...headers].flatMap(([name, value]) => {
    const afterScheme = value.slice(value.indexOf(" ") + 1).trim();
    const secrets = [value, afterScheme];
    if (/^cookie$/i.test(name))
      for (const pair of value.split(";")) secrets.push(pair.slice(pair.indexOf("=") + 1).trim());
    if (value.startsWith("Basic ")) {
      const pair = Buffer.from(afterScheme, "base64").toString();
      const colon = pair.indexOf(":");
      secrets.push(pair, pair.slice(0, colon), pair.slice(colon + 1));
    }
    return secrets;
  });
}
