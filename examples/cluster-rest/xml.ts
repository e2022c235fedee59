/** An API that answers with XML. The client bundles the parser, an npm package, with the class. */
import { XMLParser } from "fast-xml-parser";
import { RestSource, type Poll, type Polled } from "sparktide/cluster";

interface Invoice {
  readonly "@id": string;
  readonly issued: string;
  readonly total: string;
}

interface Page {
  readonly invoices: { readonly invoice?: readonly Invoice[] } | "";
}

export class Invoices extends RestSource<{ url: string }> {
  readonly schema = "id BIGINT, issued DATE, total DECIMAL(18,4)";

  // All values stay text, so that no number loses digits.
  readonly #parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    isArray: (name) => name === "invoice",
  });

  async *poll({ http, since }: Poll<string>): AsyncGenerator<Polled> {
    const answer = await http.get("/invoices.xml", {
      query: { after: since },
      headers: { accept: "application/xml" },
    });
    const text = answer.text();
    // The parser reads a document that is cut off as far as it goes.
    if (!/<\/invoices>\s*$/.test(text)) throw new Error("The XML is not complete.");
    const { invoices } = this.#parser.parse(text) as Page;
    if (invoices === "") return;
    for (const { "@id": id, issued, total } of invoices.invoice ?? [])
      yield { row: { id, issued, total }, position: id };
  }
}
