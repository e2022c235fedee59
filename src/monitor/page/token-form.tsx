import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { usePage, useStore } from "./context.js";
import { keepToken } from "./token.js";

/** Asks for the token that `serveMonitor()` was given. */
export function TokenForm(): JSX.Element {
  const { client, live } = usePage();
  const isRefused = useStore((state) => state.token === "refused");
  const [token, setToken] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    if (token.trim() === "") return;
    client.setToken(token.trim());
    keepToken(token.trim());
    live.retryNow();
  };
  return (
    <main id="main" class="token" tabIndex={-1}>
      <form onSubmit={send}>
        <h1>This page needs a token</h1>
        <p>
          It is the <code>token</code> that the program gave to <code>serveMonitor()</code>. Your
          browser forgets it when you close this tab.
        </p>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          autoFocus
          value={token}
          aria-invalid={isRefused}
          aria-describedby={isRefused ? "token-refused" : undefined}
          onInput={(event) => {
            setToken(event.currentTarget.value);
          }}
        />
        {isRefused && (
          <p id="token-refused" class="error-text" role="alert">
            The monitor refused this token.
          </p>
        )}
        <button type="submit" class="main">
          Show the streams
        </button>
      </form>
    </main>
  );
}
