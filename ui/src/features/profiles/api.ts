/** What the card asks of the server, and the changes that it sends. */
import { type InfiniteData, infiniteQueryOptions, type Query, type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { Problem } from "../../api/problem";
import { readAnew } from "../../kit";

export type Profile = Answer<"/api/{workspace}/profiles/{profile}">;
export type Fact = Answer<"/api/{workspace}/profiles/{profile}/timeline">["items"][number];
export type Decision = Answer<"/api/{workspace}/profiles/{profile}/decisions">["items"][number];
export type Consents = Answer<"/api/{workspace}/profiles/{profile}/consents">;
export type Consent = Consents["standing"][number];
export type Order = Answer<"/api/{workspace}/profiles/{profile}/orders">["items"][number];
export type ProductList = Answer<"/api/{workspace}/profiles/{profile}/product-lists">["lists"][number];

export type RelatedRecord = Answer<"/api/{workspace}/profiles/{profile}/records">["items"][number];
/** A field of a kind; the document of the API tells of it as of anything. */
export interface KindField {
  name: string;
  en: string;
  ru: string;
  type?: "text" | "number" | "money" | "date" | "boolean" | "choice" | "texts";
  options?: { value: string; en: string; ru: string }[];
  currency?: string;
  is_personal?: boolean;
  is_required?: boolean;
  is_retired?: boolean;
}
export type Kind = Omit<Answer<"/api/{workspace}/record-kinds">["items"][number], "fields"> & { fields?: KindField[] };

/** Few enough that a page of them is drawn between two frames that one sees. */
const FACTS = 50;
/** Stands apart from the rest of a card: what was read of a long history is not read again with it. */
const TIMELINE = "timeline";
const ROWS = 50;
/** Seconds that a change may wait until the writer has applied it: the card then shows what it came to. */
export const WAIT = 5;
/** Milliseconds between readings of the card while a change waits for the writer longer than that. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

const of = (profile: string) => ({ path: { ...here, profile } });

export const profile = (id: string) =>
  queryOptions({
    queryKey: ["profile", id],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}", { params: of(id), signal })),
  });

/** The blocks of the card that hold for the caller, in their order. */
export const cardBlocks = queryOptions({
  queryKey: ["card"],
  staleTime: 60_000,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/console/card", { params: { path: here }, signal })),
});

/** A fact's place in the order of a timeline. */
export interface Moment {
  time: number;
  position: number;
}

/** The place that an address names as `time-position`; none for anything else. */
export function momentOf(at: unknown): Moment | null {
  const [, time, position] = /^(\d{1,15})-(\d{1,15})$/.exec(String(at)) ?? [];
  return time && position ? { time: Number(time), position: Number(position) } : null;
}

/** Facts of a person, latest first, from a fact on; `kinds` are names of events, and types of other facts behind a dollar sign. */
export const timeline = (id: string, kinds: string[], from: Moment | null) =>
  infiniteQueryOptions({
    queryKey: [TIMELINE, id, kinds, from],
    initialPageParam: from ? `${from.time}.${from.position + 1}` : "",
    getNextPageParam: (last: { next: string | null }) => last.next,
    queryFn: ({ pageParam, signal }) =>
      got(api.GET("/api/{workspace}/profiles/{profile}/timeline", { params: { ...of(id), query: { after: pageParam, limit: FACTS, kind: kinds } }, signal })),
  });

export const attributeHistory = (id: string, name: string) =>
  queryOptions({
    queryKey: ["profile", id, "attribute", name],
    queryFn: ({ signal }) =>
      got(api.GET("/api/{workspace}/profiles/{profile}/attributes/{name}/history", { params: { path: { ...here, profile: id, name } }, signal })),
  });

export const orders = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["profile", id, "orders"],
    initialPageParam: "",
    getNextPageParam: (last: { next: string | null }) => last.next,
    queryFn: ({ pageParam, signal }) =>
      got(api.GET("/api/{workspace}/profiles/{profile}/orders", { params: { ...of(id), query: { after: pageParam, limit: ROWS } }, signal })),
  });

export const decisions = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["profile", id, "decisions"],
    initialPageParam: "",
    getNextPageParam: (last: { next: string | null }) => last.next,
    queryFn: ({ pageParam, signal }) =>
      got(api.GET("/api/{workspace}/profiles/{profile}/decisions", { params: { ...of(id), query: { after: pageParam, limit: ROWS } }, signal })),
  });

export const productLists = (id: string) =>
  queryOptions({
    queryKey: ["profile", id, "lists"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}/product-lists", { params: of(id), signal })),
  });

export const records = (id: string) =>
  queryOptions({
    queryKey: ["profile", id, "records"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}/records", { params: of(id), signal })),
  });

export const recordKinds = queryOptions({
  queryKey: ["record-kinds"],
  staleTime: 300_000,
  queryFn: async ({ signal }) => (await got(api.GET("/api/{workspace}/record-kinds", { params: { path: here }, signal }))).items as Kind[],
});

export const consents = (id: string) =>
  queryOptions({
    queryKey: ["profile", id, "consents"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}/consents", { params: of(id), signal })),
  });

export type Attributes = Record<string, string | number | boolean | string[]>;

/** Reads the card again and again, ever more rarely: nothing tells the browser when the writer came to a change. */
async function follow(client: QueryClient): Promise<void> {
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await readAnew(client, [["profile"]]);
    await readTimeline(client, isShort);
  }
}

/** Whether no more than the first page of a timeline was read. */
const isShort = (query: Query) => (query.state.data as Pages | undefined)?.pages.length === 1;
type Pages = InfiniteData<unknown, unknown>;

async function readTimeline(client: QueryClient, predicate?: (query: Query) => boolean): Promise<void> {
  await client.invalidateQueries({ queryKey: [TIMELINE], predicate });
}

/** Begins the timelines at their first page again: the change that was made stands there. */
async function beginTimeline(client: QueryClient): Promise<void> {
  await client.cancelQueries({ queryKey: [TIMELINE] });
  client.setQueriesData<Pages>({ queryKey: [TIMELINE] }, (read) => read && { pages: read.pages.slice(0, 1), pageParams: read.pageParams.slice(0, 1) });
  await readTimeline(client);
}

type Appended = { applied: boolean } | undefined;

/** Reads the card that is open after a change, and follows the change where it was kept and is not applied yet. */
export async function readCard(client: QueryClient, answer: Appended): Promise<void> {
  await Promise.all([readAnew(client, [["profile"]]), beginTimeline(client)]);
  if (answer && !answer.applied) void follow(client);
}

/** States one record of a person; what the server does not take is an error with its reason. */
export function useStateRecord(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (said: { kind: string; id: string; fields: Record<string, unknown>; removed: boolean }) => {
      const answer = await got(api.PUT("/api/{workspace}/records", { params: { path: here, query: { wait: WAIT } }, body: { records: [{ ...said, profile: id }] } }));
      const [problem] = answer.problems;
      if (problem) throw new Problem({ status: 422, title: "", detail: problem.detail, id: null, faults: [], kind: "unprocessable", right: "", retryAfter: 0 });
      return answer;
    },
    onSettled: (answer) => readCard(client, answer),
  });
}

/** The changes of one person. Each reads the card anew when it is applied. */
export function useChanges(id: string) {
  const client = useQueryClient();
  const onSettled = (answer: Appended) => readCard(client, answer);
  const params = { ...of(id), query: { wait: WAIT } };
  return {
    edit: useMutation({
      mutationFn: (body: { attributes: Attributes; clear: string[] }) =>
        got(api.PATCH("/api/{workspace}/profiles/{profile}/attributes", { params, body })),
      onSettled,
    }),
    tag: useMutation({
      mutationFn: (body: { add: string[]; remove: string[] }) =>
        got(api.POST("/api/{workspace}/profiles/{profile}/tags", { params, body })),
      onSettled,
    }),
    consent: useMutation({
      mutationFn: (said: { state: "given" | "withdrawn" | "objected"; channel: string; category: string }) =>
        got(api.POST("/api/{workspace}/profiles/{profile}/consents", { params, body: { consents: [said] } })),
      onSettled,
    }),
    note: useMutation({
      mutationFn: (text: string) => got(api.POST("/api/{workspace}/profiles/{profile}/notes", { params, body: { text } })),
      onSettled,
    }),
    unmask: useMutation({
      mutationFn: (reason: string) =>
        got(api.POST("/api/{workspace}/profiles/{profile}/unmask", { params: of(id), body: { reason } })),
    }),
  };
}
