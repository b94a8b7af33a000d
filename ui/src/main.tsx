/** Starts the console: texts, who is here, which lists there are; then the page. */
import "@fontsource-variable/inter/wght.css";
import "./fonts.css";
import "./styles.css";

import { QueryClient, QueryClientProvider, useQueries } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Problem } from "./api/problem";
import { me, menu, sections } from "./api/queries";
import { language } from "./app/place";
import { LISTS, PAGES } from "./app/registry";
import { router } from "./app/router";
import { Shaded } from "./app/shade";
import { startWords } from "./i18n";
import { SessionProvider } from "./kit/session";
import { Failure, Waiting } from "./kit/states";

const TRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < TRIES && (!(error instanceof Problem) || error.isPassing),
    },
  },
});

function Console() {
  const [who, lists, order] = useQueries({ queries: [me, sections, menu] });
  const failed = [who, lists, order].find((one) => one.isError);
  if (failed) return <Failure error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!who.data || !lists.data || !order.data) return <Waiting />;
  return (
    <SessionProvider me={who.data} sections={lists.data} lists={LISTS} pages={PAGES}>
      <RouterProvider router={router} />
    </SessionProvider>
  );
}

function start(): void {
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no place for the console.");
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Shaded>
          <Console />
        </Shaded>
      </QueryClientProvider>
    </StrictMode>,
  );
}

// All are asked while the texts are on their way.
void client.prefetchQuery(me);
void client.prefetchQuery(sections);
void client.prefetchQuery(menu);
void startWords(language).then(start);
