const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The labels of a time axis in the reader's zone: the day at midnight, else the time with as many parts as needed. */
export function axisTimes(times: readonly number[]): string[] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return times.map((time) => {
    const date = new Date(time);
    if (step < 60_000) return SECONDS.format(date);
    return date.getHours() === 0 && date.getMinutes() === 0 ? DAY.format(date) : CLOCK.format(date);
  });
}
