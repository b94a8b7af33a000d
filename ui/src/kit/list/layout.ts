/** Keeps how a person arranged the columns of a section. */
import { useState } from "react";

import type { Section } from "../../api/queries";
import { useMe } from "../session";
import { arranged, type Place } from "./columns";

export interface Layout {
  places: Place[];
  arrange: (places: Place[]) => void;
  /** Back to what the section declares. */
  reset: () => void;
}

export function useLayout(section: Section): Layout {
  const me = useMe();
  const key = `konnektu-columns ${me.workspace} ${me.login} ${section.name}`;
  const [kept, keep] = useState<Place[] | null>(() => read(key));
  return {
    places: arranged(section.columns, kept),
    arrange: (places) => {
      keep(places);
      window.localStorage.setItem(key, JSON.stringify(places));
    },
    reset: () => {
      keep(null);
      window.localStorage.removeItem(key);
    },
  };
}

function read(key: string): Place[] | null {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(key) ?? "null");
    return Array.isArray(kept) ? (kept as Place[]) : null;
  } catch {
    return null;
  }
}
