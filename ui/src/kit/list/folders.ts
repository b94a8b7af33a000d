/** Folders of a section: saved filters with an order and columns; how many rows each holds. */
import { queryOptions } from "@tanstack/react-query";

import { api, type Answer, got, here } from "../../api/client";
import type { Filters } from "../../api/queries";
import type { ListPlace } from "./asking";

export type Folder = Answer<"/api/{workspace}/console/folders">[number];

export const NAME_MOST = 100;
const FRESH_MS = 60_000;

export function foldersOf(section: string) {
  return queryOptions({
    queryKey: ["folders", section],
    staleTime: FRESH_MS,
    queryFn: ({ signal }) =>
      got(api.GET("/api/{workspace}/console/folders", { params: { path: here, query: { section } }, signal })),
  });
}

/** The same folders with their counts, which take longer than the list can wait. */
export function countsOf(section: string) {
  return queryOptions({
    queryKey: ["folders", section, "counts"],
    refetchInterval: FRESH_MS,
    queryFn: async ({ signal }) => {
      const query = { section, pinned: true, counted: true };
      const found = await got(api.GET("/api/{workspace}/console/folders", { params: { path: here, query }, signal }));
      return new Map(found.map((one) => [one.id, one.count]));
    },
  });
}

/** The place in the address that shows a folder. */
export function placeOfFolder(folder: Folder): ListPlace {
  return {
    f: Object.keys(folder.filters).length ? (folder.filters as Filters) : undefined,
    o: folder.order || undefined,
    folder: folder.id,
  };
}

/** Whether a list asks what its folder asks. */
export function isAsked(folder: Folder, place: ListPlace): boolean {
  return canonical(folder.filters) === canonical(place.f ?? {}) && (folder.order || "") === (place.o ?? "");
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
