/** How a poll or call reads further pages. */
export interface PageOptions {
  /**
   * How the source finds the next page.
   *
   * @default none
   */
  readonly pagination?: "none" | "link" | "json" | "cursor" | "page" | "offset" | "lastId";
  /**
   * Field that gives the next page: its URL for `json`, its cursor for `cursor`, the record's id for
   * `lastId`.
   *
   * @default `next` for `json`, `next_cursor` for `cursor`, `id` for `lastId`
   */
  readonly nextField?: string;
  /** Header that holds the cursor, instead of a field. */
  readonly cursorHeader?: string;
  /**
   * What it means that no answer had the field or header of the next page, or of a stream's cursor: an
   * error, or the last page. Set `end` for an API that omits it on the last page.
   *
   * @default fail
   */
  readonly nextFieldMissing?: "fail" | "end";
  /**
   * What the source takes from a link to the next page: the whole link (`follow`), or its query alone
   * (`query`), with the rest of `url`. Set `query` if the links name a host that only the API can use.
   *
   * @default follow
   */
  readonly nextLink?: "follow" | "query";
  /**
   * Parameter that selects a page.
   *
   * @default `page`, `offset` or `cursor`, the same as `pagination`; `after` for `lastId`
   */
  readonly pageParam?: string;
  /**
   * Where the page's parameters go. `body` needs POST.
   *
   * @default query
   */
  readonly pageIn?: "query" | "body";
  /**
   * First value of a numeric page parameter.
   *
   * @default `0` for `offset`, `1` for `page`
   */
  readonly pageStart?: number;
  /**
   * Number of records to request per page; 0 sends no number. A page with fewer records is not taken as
   * the last one.
   *
   * @default 0
   */
  readonly pageSize?: number;
  /**
   * Parameter for `pageSize`.
   *
   * @default `limit` for `offset`, else `per_page`
   */
  readonly pageSizeParam?: string;
  /**
   * Field that is true while more pages follow and false on the last page. With `offsetType: "cursor"`,
   * the source requests the next page at once after an empty page where the field is true.
   */
  readonly moreField?: string;
  /** Field that is true on the last page. Use it instead of `moreField`. */
  readonly endField?: string;
  /** The values of `endField` that mean the last page, if it is not a boolean. `null` is JSON's null. */
  readonly endValues?: readonly string[];
  /**
   * Field with the number of all records, for `page` and `offset`. The pages end when that many records
   * are received. Each answer must have the field.
   */
  readonly totalField?: string;
  /** Field with the number of all pages, for `page`. Each answer must have the field. */
  readonly totalPagesField?: string;
  /**
   * What it means that the API returns the same page again: an error, or that the pages have ended. If
   * the answer says that more pages follow, it is always an error.
   *
   * @default fail
   */
  readonly repeatedPage?: "fail" | "end";
  /**
   * Largest number of pages in one poll or call. More is an error, except with `offsetType: "cursor"`,
   * where the next poll continues. It also limits the polls of one `availableNow` run; the next run
   * continues.
   *
   * @default 100
   */
  readonly maxPages?: number;
}
