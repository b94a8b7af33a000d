/** What was asked of whole lists, and how many rows a list holds. */
import { queryOptions } from "@tanstack/react-query";

import { api, type Answer, got, here } from "../../api/client";
import type { Filters } from "../../api/queries";
import { sendable } from "../../api/trees";

export type ListWork = Answer<"/api/{workspace}/lists/asked">[number];

const BUSY_MS = 1_500;

export function isOpen(work: ListWork): boolean {
  return work.state === "waiting" || work.state === "running";
}

/** What the caller asked in the last days; looked at again and again while something runs. */
export const listWork = queryOptions<ListWork[]>({
  queryKey: ["list-work"],
  refetchInterval: ({ state }) => (state.data?.some(isOpen) ? BUSY_MS : false),
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/lists/asked", { params: { path: here }, signal })),
});

/** How many rows a list holds; null where nobody can say at a glance. */
export function countOf(section: string, filters: Filters) {
  return queryOptions({
    queryKey: ["rows-count", section, filters],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const query = { filters: await sendable(filters) };
      const path = { ...here, name: section };
      return (await got(api.GET("/api/{workspace}/sections/{name}/count", { params: { path, query }, signal }))) ?? null;
    },
  });
}

export type ListCount = { rows: number; is_about: boolean; is_more: boolean; at: number } | null;
