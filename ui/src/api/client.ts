/** The one door to the server: typed by its OpenAPI document, with the session's token on every change. */
import createClient, { type Middleware } from "openapi-fetch";

import { workspace } from "../app/place";
import { Problem, problemOf } from "./problem";
import type { paths } from "./schema";

let token = "";

/** Keep what every change has to repeat; `me` tells it. */
export function keepToken(csrf: string): void {
  token = csrf;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", token);
    return request;
  },
  async onResponse({ response }) {
    if (response.status === 401) leaveForSignIn();
    if (!response.ok) throw await problemOf(response);
    return response;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    return new Problem({ status: 0, title: "", detail: "", id: null, faults: [], kind: "no_answer", right: "", retryAfter: 0 });
  },
};

function leaveForSignIn(): void {
  // The server shows the sign-in page at every address of the workspace, and comes back to it afterwards.
  window.location.reload();
}

export const api = createClient<paths>({ baseUrl: "/", querySerializer: { array: { style: "form", explode: true } } });
api.use(guard);

/** The path parameter of every operation. */
export const here = { workspace } as const;

/** What an operation answered; a refusal is thrown as a `Problem` before this. */
export async function got<Body>(asked: Promise<{ data?: Body }>): Promise<Body> {
  const { data } = await asked;
  return data as Body;
}

type Json<Operation> = Operation extends { responses: { 200: { content: { "application/json": infer Body } } } }
  ? Body
  : never;

/** What an operation that reads answers with, by its address. Names of schemas are no part of the contract. */
export type Answer<Path extends keyof paths> = paths[Path] extends { get: infer Operation } ? Json<Operation> : never;
