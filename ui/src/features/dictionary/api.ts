/** What the lists of the dictionary ask of the server beside their rows. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type Plan = Answer<"/api/{workspace}/dictionary/plan">[number];
export type Expected = Plan["expected"];
export type Property = NonNullable<Expected["properties"]>[number];
export type Note = Answer<"/api/{workspace}/dictionary/events">["items"][number]["note"];
export type EventType = "track" | "identify" | "page" | "screen" | "group" | "alias";

const MOST = 1_000;
const WAIT_SECONDS = 10;

/** Type and name of an event, as the keys of its rows hold them. */
export function subjectOf(key: string): { type: string; name: string } {
  const [type = "", ...rest] = key.split(":");
  return { type, name: rest.join(":") };
}

export const eventNotes = queryOptions({
  queryKey: ["dictionary", "events"],
  staleTime: 0,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/dictionary/events", { params: { path: here, query: { limit: MOST } }, signal })),
});

export const attributeNotes = queryOptions({
  queryKey: ["dictionary", "attributes"],
  staleTime: 0,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/dictionary/attributes", { params: { path: here, query: { limit: MOST } }, signal })),
});

export const propertiesOf = (type: string, name: string) =>
  queryOptions({
    queryKey: ["dictionary", "properties", type, name],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/dictionary/events/properties", { params: { path: here, query: { type, name, limit: MOST } }, signal })),
  });

export const plans = queryOptions({
  queryKey: ["dictionary", "plan"],
  staleTime: 0,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/dictionary/plan", { params: { path: here }, signal })),
});

export function expect(type: EventType, name: string, expected: Expected | null) {
  return got(api.PUT("/api/{workspace}/dictionary/plan", { params: { path: here, query: { wait: WAIT_SECONDS } }, body: { type, name, expected } }));
}
