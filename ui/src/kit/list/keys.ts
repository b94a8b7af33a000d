/** The keys of a list, by their place on the keyboard, so that the Russian layout has them too. */
import { useEffect } from "react";

import { isTaken } from "../taken";

export interface ListKeys {
  onFilter: () => void;
  onChoose: (key: string) => void;
}

/** j and k go to the next row and the one before, Enter opens, x chooses, / filters. Off while somebody types. */
export function useListKeys(keys: ListKeys): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      if (event.code === "KeyJ" || event.code === "KeyK") {
        step(event.code === "KeyJ" ? 1 : -1);
      } else if (event.code === "Slash" && !event.shiftKey) {
        keys.onFilter();
      } else if (event.code === "KeyX") {
        const row = document.activeElement?.closest<HTMLElement>("[data-row]");
        if (row?.dataset["row"]) keys.onChoose(row.dataset["row"]);
      } else {
        return;
      }
      event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}

function step(by: number): void {
  const openers = [...document.querySelectorAll<HTMLElement>("[data-row] > a, [data-row] > button")];
  const at = openers.indexOf(document.activeElement as HTMLElement);
  const next = openers[at === -1 ? (by > 0 ? 0 : openers.length - 1) : at + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
