import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { onEachSecond, usePage } from "./context.js";
import { ageText, clockTime, fullTime } from "./format.js";

/**
 * How long ago a time was, or how long it is until then. It writes its text each second without a rendering, because a
 * list has hundreds of these.
 */
export function Age({
  time,
  suffix = "",
  until = false,
}: {
  readonly time: string;
  readonly suffix?: string;
  readonly until?: boolean;
}): JSX.Element {
  const { store } = usePage();
  const element = useRef<HTMLTimeElement>(null);
  const at = Date.parse(time);
  const text = (): string => `${ageText(until ? at - store.now() : store.now() - at)}${suffix}`;
  useEffect(() => {
    const write = (): void => {
      const node = element.current?.firstChild;
      const now = text();
      if (node !== null && node !== undefined && node.nodeValue !== now) node.nodeValue = now;
    };
    write();
    return onEachSecond(write);
  }, [time, suffix, until]);
  return (
    <time ref={element} dateTime={time} title={fullTime(time)}>
      {text()}
    </time>
  );
}

/** A time of day in the reader's zone. */
export function Clock({ time }: { readonly time: string }): JSX.Element {
  const { store } = usePage();
  return (
    <time dateTime={time} title={fullTime(time)}>
      {clockTime(time, store.now())}
    </time>
  );
}
