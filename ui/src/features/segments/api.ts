/** What the pages of segments ask of the server, and the changes that they send. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { useChange } from "../../kit";
import type { Definition } from "../../kit/rules/model";

export type Segment = Answer<"/api/{workspace}/segments/{segment}">;
export type Edit = Answer<"/api/{workspace}/segments/{segment}/edits">["items"][number];
export type ReadyMade = Answer<"/api/{workspace}/segments/ready-made">[number];
export type Status = Segment["status"];

const BUILDING_MS = 1_500;
/** Seconds that a change may take to be applied before its page goes on without it. */
const WAIT_SECONDS = 8;

export const segmentOf = (key: string) =>
  queryOptions<Segment>({
    queryKey: ["segment", key],
    staleTime: 0,
    // While a version is being built its end is waited for.
    refetchInterval: ({ state }) => (state.data?.building ? BUILDING_MS : false),
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/{segment}", { params: { path: { ...here, segment: key } }, signal })),
  });

export const readyMade = queryOptions({
  queryKey: ["segments-ready-made"],
  staleTime: 300_000,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/ready-made", { params: { path: here }, signal })),
});

export const editsOf = (key: string) =>
  infiniteQueryOptions({
    queryKey: ["segment-edits", key],
    initialPageParam: 0,
    getNextPageParam: ({ next }: { next?: string | null }) => (next ? Number(next) : undefined),
    queryFn: ({ pageParam, signal }) =>
      got(api.GET("/api/{workspace}/segments/{segment}/edits", { params: { path: { ...here, segment: key }, query: { after: pageParam, limit: 30 } }, signal })),
  });

export type Turn = Answer<"/api/{workspace}/segments/{segment}/changes">["items"][number];
export type Sizes = Answer<"/api/{workspace}/segments/{segment}/sizes">;
export type Explanation = Answer<"/api/{workspace}/segments/{segment}/explain">;

const LOOKED_MS = 10_000;
const REACH_MS = 60_000;

/** Who came and who left; null asks for both. */
export const turnsOf = (key: string, entered: boolean | null) =>
  infiniteQueryOptions({
    queryKey: ["segment-changes", key, entered],
    refetchInterval: LOOKED_MS,
    initialPageParam: 0,
    getNextPageParam: ({ next }: { next?: string | null }) => (next ? Number(next) : undefined),
    queryFn: ({ pageParam, signal }) =>
      got(
        api.GET("/api/{workspace}/segments/{segment}/changes", {
          params: { path: { ...here, segment: key }, query: { after: pageParam, limit: 50, ...(entered !== null && { entered }) } }, signal,
        }),
      ),
  });

export const sizesOf = (key: string, days: number) =>
  queryOptions({
    queryKey: ["segment-sizes", key, days],
    refetchInterval: LOOKED_MS,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/{segment}/sizes", { params: { path: { ...here, segment: key }, query: { days } }, signal })),
  });

/** By which channels the people who are in a segment are reached. */
export const reachOf = (key: string) =>
  queryOptions({
    queryKey: ["segment-reach", key],
    staleTime: REACH_MS,
    retry: false,
    queryFn: ({ signal }) => {
      const definition = { entry: { is: "member", segment: key }, people: "all" } as unknown as Record<string, never>;
      return got(api.POST("/api/{workspace}/segments/count", { params: { path: here }, body: { definition, key: "" }, signal }));
    },
  });

/** Why a person is in, or is not: for the instant of the question, so it is asked anew each time. */
export const explanationOf = (key: string, profile: string) =>
  queryOptions({
    queryKey: ["segment-explained", key, profile],
    staleTime: 0,
    enabled: profile !== "",
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/segments/{segment}/explain", { params: { path: { ...here, segment: key }, query: { profile } }, signal })),
  });

/** The same of a draft, which is written as JSON; nothing is asked while `draft` is empty. */
export const draftExplanationOf = (draft: string, key: string, profile: string) =>
  queryOptions<Explanation>({
    queryKey: ["segment-draft-explained", draft, key, profile],
    staleTime: 0,
    enabled: draft !== "" && profile !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      got(api.POST("/api/{workspace}/segments/explain", { params: { path: here }, body: { definition: JSON.parse(draft) as Record<string, never>, key, profile }, signal })),
  });

export interface Saved {
  name: string;
  description: string;
  folder: string;
  tags: string[];
  definition: Definition;
  note: string;
  position: number;
}

const wait = { wait: WAIT_SECONDS };
/** A definition is checked by the server; its document has no type for it. */
const sent = (saved: Saved) => ({ ...saved, definition: saved.definition as unknown as Record<string, never> });

export function make(saved: Saved) {
  return got(api.POST("/api/{workspace}/segments", { params: { path: here, query: wait }, body: sent(saved) })) as Promise<{ key: string }>;
}

export function change(key: string, saved: Saved) {
  return got(api.PUT("/api/{workspace}/segments/{segment}", { params: { path: { ...here, segment: key }, query: wait }, body: sent(saved) })) as Promise<{ key: string }>;
}

export function switchTo(key: string, isOn: boolean, note: string) {
  return got(api.PUT("/api/{workspace}/segments/{segment}/state", { params: { path: { ...here, segment: key }, query: wait }, body: { is_on: isOn, note } }));
}

export function remove(key: string) {
  return got(api.DELETE("/api/{workspace}/segments/{segment}", { params: { path: { ...here, segment: key }, query: wait } }));
}

/** What a change of a segment makes read anew. */
export const touched = (key: string) => [["segment", key], ["segment-edits", key], ["rows", "segments"], ["vocabulary", "segments"]];

export function useSaving(key: string, onDone: (key: string) => void) {
  const save = (saved: Saved) => (key ? change(key, saved) : make(saved));
  return useChange(save, { touches: touched(key), onDone: (made) => onDone(made.key) });
}
