/** What the whole console asks: who is here, which sections there are, rows of a section. */
import { type InfiniteData, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { language } from "../app/place";
import { api, got, here, keepToken } from "./client";
import type { Answer } from "./client";
import { sendable } from "./trees";

export type Me = Answer<"/api/{workspace}/me">;
export type Right = Me["rights"][number];
export type Section = Answer<"/api/{workspace}/sections">[number];
export type Column = Section["columns"][number];
export type Filter = Section["filters"][number];
export type Action = Section["actions"][number];
export type Rows = Answer<"/api/{workspace}/sections/{name}/rows">;
export type Row = Rows["items"][number];

export type Range = { from?: number; to?: number };
/** So many days that end today, or `before` days earlier. */
export type Days = { days: number; before?: number };
/** Days as ISO text, or amounts as decimal text of a currency; both ends belong to it. */
export type Between = { from?: string; to?: string; currency?: string };
/** How something is asked for beyond a plain value. */
export type Ways = { begins: string } | { contains: string } | { any: string[] } | { empty: boolean };
/** A tree of conditions, as docs/rules.md has it. */
export type TreeValue = { is: string } & Record<string, unknown>;
export type FilterValue = string | boolean | Range | Days | Between | Ways | TreeValue;
export type Filters = Record<string, FilterValue>;

/** A question to a section. */
export interface Wanted {
  filters: Filters;
  order: string;
  /** Names of the workspace's own columns that are in sight. */
  added?: string[];
}

const PAGE_ROWS = 50;
const AWAIT_MS = 2_000;
const AWAIT_MOST_MS = 60_000;
const AWAIT_PAGES = 3;

export const me = queryOptions({
  queryKey: ["me"],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const found = await got(api.GET("/api/{workspace}/me", { params: { path: here }, signal }));
    keepToken(found.csrf);
    return found;
  },
});

export const sections = queryOptions({
  queryKey: ["sections"],
  staleTime: 300_000,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/sections", { params: { path: here }, signal })),
});

export const menu = queryOptions({
  queryKey: ["menu"],
  staleTime: 300_000,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/console/menu", { params: { path: here }, signal })),
});

/** Who in the workspace can give a right. */
export const grantors = (right: string) =>
  queryOptions({
    queryKey: ["grantors", right],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/rights/{right}/grantors", { params: { path: { ...here, right } }, signal })),
  });

/** Rows of a section, page after page. */
export function rows(section: string, wanted: Wanted) {
  return infiniteQueryOptions({
    queryKey: ["rows", section, wanted],
    // A column that is chosen brings its values to the same rows: they stay in sight meanwhile.
    placeholderData: (before: InfiniteData<Rows, string> | undefined, asked?: { queryKey: readonly unknown[] }) =>
      isSameBut(wanted, asked?.queryKey[2] as Wanted | undefined) ? before : undefined,
    // Values that are still being worked out are looked for again, ever more seldom.
    refetchInterval: ({ state }: { state: { data?: InfiniteData<Rows, string>; dataUpdateCount: number } }) =>
      isAwaited(wanted.added ?? [], state.data?.pages ?? []) && Math.min(AWAIT_MS * (1 + state.dataUpdateCount), AWAIT_MOST_MS),
    initialPageParam: "",
    getNextPageParam: (last: Rows) => last.next,
    queryFn: async ({ pageParam, signal }) =>
      got(
        api.GET("/api/{workspace}/sections/{name}/rows", {
          params: {
            path: { ...here, name: section },
            query: {
              filters: await sendable(wanted.filters),
              order: wanted.order,
              added: (wanted.added ?? []).join(","),
              after: pageParam,
              limit: PAGE_ROWS,
              language,
            },
          },
          signal,
        }),
      ),
  });
}

/** Whether values of the workspace's own columns are not known yet, in a list of which little is read. */
export function isAwaited(added: string[], pages: Rows[]): boolean {
  return pages.length <= AWAIT_PAGES && pages.some((page) => page.items.some((row) => added.some((name) => !(name in row.values))));
}

/** Whether two questions are about the same rows, whatever columns they ask for. */
function isSameBut(one: Wanted, other: Wanted | undefined): boolean {
  return other !== undefined && one.order === other.order && JSON.stringify(one.filters) === JSON.stringify(other.filters);
}

/** The first rows of a section, to choose one of. */
export function rowsOnce(section: string, filters: Filters) {
  return queryOptions({
    queryKey: ["rows-once", section, filters],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      got(
        api.GET("/api/{workspace}/sections/{name}/rows", {
          params: {
            path: { ...here, name: section },
            query: { filters: Object.keys(filters).length ? JSON.stringify(filters) : "", limit: PAGE_ROWS, language },
          },
          signal,
        }),
      ),
  });
}
