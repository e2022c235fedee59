import { isSensitiveName } from "./redactor.js";

/** Chosen at random, a shorter text is too easy to guess to be a key. */
const SHORTEST = 16;
const TOKEN_PREFIX = /^(?:bot\d+:|sk[-_]|pk[-_]|rk[-_]|gh[pousr]_|glpat-|xox[a-z]-|eyJ)./;
const ROUTE = /^(?:[a-z]{1,24}(?:[-_.][a-z]{1,24})*|v\d{1,3}(?:\.\d{1,3})?)$/;
const KEY_SIGNS = /^[A-Za-z0-9_\-~.=:+]+$/;
const ORDINARY_PIECE = /^(?:[a-z]*|[A-Z]*|[A-Z][a-z]+|\d+|v\d+|\d{1,4}[a-z]{1,3}|[TZ\d]+)$/;
const LETTERS_ALONE = 20;
const LETTERS_OF_A_WORD = 3.5;

/**
 * The texts in a URL's path that may be credentials, as they are written and decoded; the source judges
 * by the same signs (python-udsource, _credentials/path_secrets.py).
 */
export function pathSecrets(url: URL): string[] {
  const found: string[] = [];
  let before = "";
  for (const segment of url.pathname.split("/")) {
    const text = decoded(segment);
    const isNamed = text !== "" && isSensitiveName(before) && !ROUTE.test(text);
    if (isNamed || looksSecret(text)) found.push(text, segment);
    for (const pair of segment.split(";").slice(1)) {
      const at = pair.indexOf("=");
      if (at !== -1 && isSensitiveName(decoded(pair.slice(0, at))))
        found.push(decoded(pair.slice(at + 1)), pair.slice(at + 1));
    }
    before = text;
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a part of a path looks like a key and not like a name, number, date or slug. */
function looksSecret(text: string): boolean {
  if (text.length < SHORTEST) return false;
  if (TOKEN_PREFIX.test(text)) return true;
  return KEY_SIGNS.test(text) && text.split(/[_\-~.=:+]/).some(isRandom);
}

function isRandom(piece: string): boolean {
  if (/\d/.test(piece)) return piece.length > 3 && !ORDINARY_PIECE.test(piece);
  const words = piece.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  return piece.length >= LETTERS_ALONE && words.length * LETTERS_OF_A_WORD > piece.length;
}
