// The monitor's page: starts the connection and shows the view of the address.
import { render, type JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Client } from "./client.js";
import { PageContext, useStore, usePage, type Page } from "./context.js";
import { Header } from "./header.js";
import { LinkBanner } from "./link-banner.js";
import { ListView } from "./list-view.js";
import { Live } from "./live.js";
import { useRoute } from "./route.js";
import { Store } from "./store.js";
import { StreamView } from "./stream-view.js";
import { chosenTheme, setTheme } from "./theme.js";
import { TokenForm } from "./token-form.js";
import { takeToken } from "./token.js";

function App(): JSX.Element {
  const { live, store } = usePage();
  const [route, replace] = useRoute();
  const stream = route.view === "stream" ? route.name : null;
  const needsToken = useStore((state) => state.token !== "ok");
  const isOld = useStore((state) => state.link.state === "lost");
  useEffect(() => {
    live.watch(stream);
    scrollTo(0, 0);
  }, [live, stream]);
  useEffect(() => {
    // After a sleep of the machine, or a change of its network, nobody wants to wait.
    const retry = (): void => {
      if (!document.hidden && store.state.link.state === "lost") live.retryNow();
    };
    addEventListener("online", retry);
    document.addEventListener("visibilitychange", retry);
    return () => {
      removeEventListener("online", retry);
      document.removeEventListener("visibilitychange", retry);
    };
  }, [live, store]);
  return (
    <div class={isOld ? "page old" : "page"}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address belongs to the views.
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header />
      {!needsToken && <LinkBanner />}
      {needsToken ? (
        <TokenForm />
      ) : route.view === "stream" ? (
        <StreamView key={route.name} route={route} replace={replace} />
      ) : (
        <ListView
          settings={route.settings}
          change={(change) => {
            replace({ view: "list", settings: { ...route.settings, ...change } });
          }}
        />
      )}
    </div>
  );
}

function Root(): JSX.Element {
  const page = useMemo<Page>(() => {
    const store = new Store();
    const client = new Client(takeToken());
    return { store, client, live: new Live(client, store) };
  }, []);
  return (
    <PageContext.Provider value={page}>
      <App />
    </PageContext.Provider>
  );
}

setTheme(chosenTheme());
const place = document.getElementById("page");
if (place !== null) render(<Root />, place);
