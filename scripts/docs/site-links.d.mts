/** A line for each broken link of a built site. */
export function brokenLinks(site: string): string[];
