import * as f from "../../../../src/functions/index.js";
import type { AllTypes } from "../all-types.js";

export const url = (c: AllTypes) => ({
  parse_url: f.parse_url(c.text, f.lit("HOST")),
  parse_urlOrNull: f.parse_url(c.textOrNull, f.lit("QUERY"), f.lit("id")),
  try_parse_url: f.try_parse_url(c.text, f.lit("HOST")),
  try_parse_urlOrNull: f.try_parse_url(c.textOrNull, f.lit("QUERY"), f.lit("id")),
  try_url_decode: f.try_url_decode(c.text),
  try_url_decodeOrNull: f.try_url_decode(c.textOrNull),
  url_decode: f.url_decode(c.text),
  url_decodeOrNull: f.url_decode(c.textOrNull),
  url_encode: f.url_encode(c.text),
  url_encodeOrNull: f.url_encode(c.textOrNull),
});
