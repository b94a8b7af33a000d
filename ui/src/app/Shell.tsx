/** The frame of every page: the menu at the left, the line above, the page in the rest. */
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";

import { useAddressOf } from "../kit/session";
import { Waiting } from "../kit/states";
import { useWords } from "../kit/words";
import { type Destination, destinations, listening, press } from "./keys";
import { Menu, useMenu } from "./Menu";
import { Search } from "./Search";
import { Topbar } from "./Topbar";

const KeySheet = lazy(() => import("./KeySheet"));
const FOLDED = "konnektu-folded";

export function Shell() {
  const t = useWords();
  const [isFolded, fold] = useState(() => window.localStorage.getItem(FOLDED) === "yes");
  const [isSearching, search] = useState(false);
  const [areKeysShown, showKeys] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    window.localStorage.setItem(FOLDED, isFolded ? "yes" : "no");
  }, [isFolded]);
  const navigate = useNavigate();
  const places = useDestinations();
  useEffect(() => {
    const go = (to: string) => void navigate({ to } as unknown as { to: "/" });
    const listen = listening(places, { go, press, help: () => showKeys(true), search: () => search(true) });
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, [places, navigate]);
  return (
    <div className={isFolded ? "k-shell k-folded" : "k-shell"}>
      <a className="k-skip" href="#page">
        {t("shell.skip")}
      </a>
      <Menu path={path} isFolded={isFolded} onFold={() => fold(!isFolded)} />
      <div className="k-main">
        <Topbar onSearch={() => search(true)} onKeys={() => showKeys(true)} />
        <main id="page" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {isSearching && <Search onClose={() => search(false)} />}
      <Suspense>{areKeysShown && <KeySheet places={places} onClose={() => showKeys(false)} />}</Suspense>
    </div>
  );
}

/** Where the keys after G go for whoever is here. */
function useDestinations(): Destination[] {
  const groups = useMenu();
  const addressOf = useAddressOf();
  return useMemo(() => destinations(groups.flatMap((one) => one.entries), addressOf), [groups, addressOf]);
}
