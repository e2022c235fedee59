/** A module whose exports the tests capture. */
export const PREFIX = "pre-";
export const doubled = (n: number): number => n * 2;
