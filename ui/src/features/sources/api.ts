/** What the pages of sources ask of the server, and the changes that they send. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { rowsOnce } from "../../api/queries";

export type Source = Answer<"/api/{workspace}/sources/{source}">;
export type Kind = Source["kind"];
export type Health = Answer<"/api/{workspace}/acquisition/data-sources">["items"][number];

const EVERY_MS = 2_000;
const SLOWLY_MS = 10_000;
const MOST = 500;

export const sourceOf = (id: string) =>
  queryOptions({
    queryKey: ["source", id],
    // A key that was made a moment ago is there at once.
    staleTime: 0,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/sources/{source}", { params: { path: { ...here, source: id } }, signal })),
  });

/** What every source sent, and what was rejected. */
export const healths = queryOptions({
  queryKey: ["data-sources"],
  refetchInterval: SLOWLY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/acquisition/data-sources", { params: { path: here, query: { limit: MOST } }, signal })),
});

/** How far events got that are on disk. */
export const flow = queryOptions({
  queryKey: ["status"],
  refetchInterval: SLOWLY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/status", { params: { path: here }, signal })),
});

/** The latest rows of a source in a section, looked at again and again unless it is paused. */
export function latest(section: "events" | "quarantine", source: string, isPaused: boolean) {
  return { ...rowsOnce(section, { source }), staleTime: 0, refetchInterval: isPaused ? (false as const) : EVERY_MS };
}

export function make(body: { kind: Kind; name: string; is_test: boolean }): Promise<Source> {
  return got(api.POST("/api/{workspace}/sources", { params: { path: here }, body })) as Promise<Source>;
}

export function change(id: string, body: { name?: string; state?: Source["state"]; is_test?: boolean }) {
  return got(api.PATCH("/api/{workspace}/sources/{source}", { params: { path: { ...here, source: id } }, body }));
}

export function rotate(id: string, seconds: number) {
  return got(api.POST("/api/{workspace}/sources/{source}/rotate", { params: { path: { ...here, source: id } }, body: { grace_seconds: seconds } }));
}
