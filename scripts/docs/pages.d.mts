/** The parts of pages.mjs that tests use. */
export interface SitePage {
  readonly path: string;
  readonly group: string;
  readonly title: string;
  readonly summary: string;
}
export const START_PAGE: string;
export function sitePages(): SitePage[];
