/** The frame of every page: the menu at the left, the line above, the page in the rest. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";

import { Waiting } from "../kit/states";
import { useWords } from "../kit/words";
import { Menu } from "./Menu";
import { Search } from "./Search";
import { Topbar } from "./Topbar";

const FOLDED = "konnektu-folded";

export function Shell() {
  const t = useWords();
  const [isFolded, fold] = useState(() => window.localStorage.getItem(FOLDED) === "yes");
  const [isSearching, search] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    window.localStorage.setItem(FOLDED, isFolded ? "yes" : "no");
  }, [isFolded]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
        event.preventDefault();
        search(true);
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return (
    <div className={isFolded ? "k-shell k-folded" : "k-shell"}>
      <a className="k-skip" href="#page">
        {t("shell.skip")}
      </a>
      <Menu path={path} isFolded={isFolded} onFold={() => fold(!isFolded)} />
      <div className="k-main">
        <Topbar onSearch={() => search(true)} />
        <main id="page" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {isSearching && <Search onClose={() => search(false)} />}
    </div>
  );
}
