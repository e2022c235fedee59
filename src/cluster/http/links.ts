/** The URL of the next page in a `Link` header (RFC 8288), or undefined. */
export function nextLink(header: string | undefined, base: string): string | undefined {
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*]+\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g,
  )) {
    const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters) ?? [];
    const relations = (quoted ?? bare ?? "").toLowerCase().split(/\s+/);
    if (relations.includes("next") && URL.canParse(target, base)) return new URL(target, base).href;
  }
  return undefined;
}
