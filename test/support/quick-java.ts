/**
 * Options for a Java that runs tests: its fast compiler alone, because most code of a test runs too seldom to pay for the
 * optimizing compiler. That reduces the default size of Java's code cache from 240 to 48 MB. Spark fills it within minutes,
 * and then Java spends a fifth of its time on the removal of compiled code.
 */
export const QUICK_JAVA: readonly string[] = [
  "-XX:TieredStopAtLevel=1",
  "-XX:ReservedCodeCacheSize=240m",
];
