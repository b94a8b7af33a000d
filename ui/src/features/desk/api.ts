/** What the desk asks of the server. An opening is kept by the page alone, and travels in a header. */
import { api, type Answer, got, here } from "../../api/client";
import { Problem } from "../../api/problem";

export type Person = Answer<"/api/{workspace}/desk/person">;
export type Order = Person["orders"]["items"][number];
export type Consent = Person["consents"][number];
export type State = Consent["state"];
export type Found = Awaited<ReturnType<typeof find>>;
export type Candidate = Found["people"][number];
export type Opened = Awaited<ReturnType<typeof verify>>;

/** Seconds that a consent may wait until the writer has applied it. */
const WAIT = 5;

const params = { path: here };
const by = (opening: string) => ({ path: here, header: { "X-Desk-Opening": opening } });

export const find = (text: string) => got(api.POST("/api/{workspace}/desk/find", { params, body: { text } }));

export const verify = (body: { key: string; kind: string; digits: string }) => got(api.POST("/api/{workspace}/desk/open", { params, body }));

export const person = (opening: string) => got(api.GET("/api/{workspace}/desk/person", { params: by(opening) }));

export const orders = (opening: string, after: string) =>
  got(api.GET("/api/{workspace}/desk/orders", { params: { ...by(opening), query: { after } } }));

export const state = (opening: string, said: { state: State; channel: string; category: string }) =>
  got(api.POST("/api/{workspace}/desk/consents", { params: { ...by(opening), query: { wait: WAIT } }, body: { consents: [said] } }));

/** The key of the text that says why the desk refused, and the seconds to wait; null for what is not the desk's to say. */
export function refusalOf(error: unknown): { key: "wrong" | "over" | "wait"; seconds: number } | null {
  if (!(error instanceof Problem)) return null;
  const key = ({ 403: "wrong", 404: "over", 409: "over", 429: "wait" } as const)[error.status];
  return key ? { key, seconds: error.said.retryAfter } : null;
}
