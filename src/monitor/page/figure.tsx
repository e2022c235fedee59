import type { ComponentChildren, JSX } from "preact";

/** A value with its label. */
export function Figure({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
