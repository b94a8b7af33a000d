/** Keeps how a person arranged the columns of a section: at the server, so that another browser shows the same. */
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { api, type Answer, got, here } from "../../api/client";
import type { Section } from "../../api/queries";
import { useWarn } from "../overlay";
import { useWords } from "../words";
import { arranged, type Place } from "./columns";

export type ColumnPlace = Answer<"/api/{workspace}/console/columns/{section}">["columns"][number];

export interface Layout {
  places: Place[];
  arrange: (places: Place[]) => void;
  /** Back to what an administrator or the product arranged. */
  reset: () => void;
}

/** Widths change with every move of the pointer; one change is sent when it rests. */
const REST_MS = 600;

function columnsOf(section: string) {
  return queryOptions({
    queryKey: ["columns", section],
    staleTime: 300_000,
    queryFn: ({ signal }) =>
      got(api.GET("/api/{workspace}/console/columns/{section}", { params: { path: { ...here, section } }, signal })),
  });
}

/** The columns of a section; a folder that has columns of its own lends them until somebody arranges others. */
export function useLayout(section: Section, lent: ColumnPlace[]): Layout {
  const client = useQueryClient();
  const t = useWords();
  const warn = useWarn();
  const { queryKey } = columnsOf(section.name);
  const { data } = useQuery(columnsOf(section.name));
  // What somebody arranges here is seen at once, and goes before what the folder lends, until another one is opened.
  const [own, arrangeOwn] = useState<{ beside: ColumnPlace[]; columns: ColumnPlace[] } | null>(null);
  const waiting = useRef<{ timer: number; send: () => void } | null>(null);
  useEffect(() => () => waiting.current?.send(), []);

  const path = { ...here, section: section.name };
  const save = (columns: ColumnPlace[]) => {
    const send = () => {
      window.clearTimeout(waiting.current?.timer);
      waiting.current = null;
      // What could not be kept is shown all the same; the next change sends everything again.
      void api.PUT("/api/{workspace}/console/columns/{section}", { params: { path }, body: { columns } }).catch(() => warn(t("kit.columns.not_kept")));
    };
    window.clearTimeout(waiting.current?.timer);
    waiting.current = { timer: window.setTimeout(send, REST_MS), send };
  };
  const arrangedHere = own?.beside === lent ? own.columns : null;
  const kept = arrangedHere ?? (lent.length > 0 ? lent : data?.columns);
  return {
    places: arranged(section.columns, kept ? placesOf(section, kept) : null),
    arrange: (places) => {
      const columns = toKeep(places);
      arrangeOwn({ beside: lent, columns });
      client.setQueryData(queryKey, { whose: "own" as const, columns });
      save(columns);
    },
    reset: () => {
      window.clearTimeout(waiting.current?.timer);
      waiting.current = null;
      arrangeOwn(null);
      void got(api.DELETE("/api/{workspace}/console/columns/{section}", { params: { path } })).then(
        (found) => client.setQueryData(queryKey, found),
        () => warn(t("kit.columns.not_kept")),
      );
    },
  };
}

export function placesOf(section: Section, kept: ColumnPlace[]): Place[] {
  const usual = new Map(section.columns.map((one) => [one.name, one.width]));
  return kept.map((one) => ({
    name: one.name,
    width: one.width ?? usual.get(one.name) ?? 0,
    isVisible: !one.is_hidden,
    isPinned: one.is_pinned ?? false,
  }));
}

export function toKeep(places: Place[]): ColumnPlace[] {
  return places.map((one) => ({ name: one.name, width: one.width, is_hidden: !one.isVisible, is_pinned: one.isPinned }));
}
