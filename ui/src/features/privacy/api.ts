/** What the pages of personal data ask of the server. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type Erasure = Answer<"/api/{workspace}/erasures">["items"][number];
export type Rule = Answer<"/api/{workspace}/retention">["rules"][number];
export type Due = Answer<"/api/{workspace}/retention/due">[number];
export type Profile = Answer<"/api/{workspace}/profiles/{profile}">;

const EVERY_MS = 2_000;
const ROWS = 50;

type Erasures = Answer<"/api/{workspace}/erasures">;

export const erasures = infiniteQueryOptions({
  queryKey: ["erasures"],
  initialPageParam: "",
  getNextPageParam: (last: Erasures) => last.next,
  // While one is open, its counts grow.
  refetchInterval: (query) => (query.state.data?.pages.some((page) => page.items.some((one) => one.state === "open")) ? EVERY_MS : false),
  queryFn: ({ pageParam, signal }) => got(api.GET("/api/{workspace}/erasures", { params: { path: here, query: { after: pageParam, limit: ROWS } }, signal })),
});

export const people = (text: string) =>
  queryOptions({
    queryKey: ["search", "people", text],
    enabled: text.length > 1,
    queryFn: async ({ signal }) => (await got(api.GET("/api/{workspace}/search", { params: { path: here, query: { text, limit: 8 } }, signal }))).people,
  });

export const person = (profile: string) =>
  queryOptions({
    queryKey: ["profile", profile],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}", { params: { path: { ...here, profile } }, signal })),
  });

export const retention = queryOptions({
  queryKey: ["retention"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/retention", { params: { path: here }, signal })),
});

/** Looks at all that is old enough: asked for by hand. */
export const due = queryOptions({
  queryKey: ["retention", "due"],
  enabled: false,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/retention/due", { params: { path: here }, signal })),
});
