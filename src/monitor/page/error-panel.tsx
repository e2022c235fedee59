import type { JSX } from "preact";
import type { ErrorDocument } from "../documents.js";
import { plural } from "./format.js";
import { Icon } from "./icons.js";
import { Age, Clock } from "./times.js";

/** The error that keeps a stream from its work. */
export function ErrorPanel({ error }: { readonly error: ErrorDocument }): JSX.Element {
  return (
    <section class="banner bad tall" aria-label="Last error">
      <Icon name="warning" />
      <div>
        <h2>
          {error.code ?? error.name}
          <span class="sub">
            <Age time={error.at} suffix=" ago" />
          </span>
        </h2>
        <ErrorText error={error} />
      </div>
    </section>
  );
}

/** An error's message, what to do, and where to read more. */
export function ErrorText({ error }: { readonly error: ErrorDocument }): JSX.Element {
  return (
    <>
      <pre class="message" tabIndex={0}>
        {error.message}
      </pre>
      {error.advice !== null && (
        <p>
          <strong>What to do:</strong> {error.advice}
        </p>
      )}
      {isWebAddress(error.help) && (
        <p>
          <a href={error.help} rel="noreferrer" target="_blank">
            Read about this error
          </a>
        </p>
      )}
    </>
  );
}

/** A link must not run a script. */
function isWebAddress(address: string | null): address is string {
  return address !== null && /^https?:\/\//.test(address);
}

/** The last errors of a stream, the newest first. */
export function FormerErrors({
  errors,
}: {
  readonly errors: readonly ErrorDocument[];
}): JSX.Element | null {
  if (errors.length === 0) return null;
  return (
    <section class="card">
      <h2>
        Last errors <span class="count">{errors.length}</span>
      </h2>
      <ul class="errors" aria-label={plural(errors.length, "error")}>
        {errors.map((error) => (
          <li key={`${error.at} ${error.message}`}>
            <details>
              <summary>
                <Clock time={error.at} />
                <span class="what">{error.code ?? error.name}</span>
                <span class="sub short">{error.message}</span>
              </summary>
              <ErrorText error={error} />
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
