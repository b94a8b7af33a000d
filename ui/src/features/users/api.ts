/** What the pages of users ask of the server. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type User = Answer<"/api/{workspace}/users/{user}">;
export type Role = Answer<"/api/{workspace}/roles">[number];
export type RightSection = Answer<"/api/{workspace}/rights">[number];
export type Session = Answer<"/api/{workspace}/users/{user}/sessions">[number];
/** Values by dimension: region, store, brand, source. */
export type Rows = Record<string, string[]>;

export const rights = queryOptions({
  queryKey: ["rights"],
  staleTime: Infinity,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/rights", { params: { path: here }, signal })),
});

export const seats = queryOptions({
  queryKey: ["seats"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/seats", { params: { path: here }, signal })),
});

const at = (user: string) => ({ path: { ...here, user } });

export const user = (id: string) =>
  queryOptions({
    queryKey: ["user", id],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/users/{user}", { params: at(id), signal })),
  });

export const sessions = (id: string) =>
  queryOptions({
    queryKey: ["user", id, "sessions"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/users/{user}/sessions", { params: at(id), signal })),
  });

export const rowsOfUser = (id: string) =>
  queryOptions({
    queryKey: ["user", id, "rows"],
    queryFn: async ({ signal }) => (await got(api.GET("/api/{workspace}/users/{user}/rows", { params: at(id), signal }))).limit as Rows,
  });

export const rowsOfToken = (token: string) =>
  queryOptions({
    queryKey: ["token", token, "rows"],
    queryFn: async ({ signal }) =>
      (await got(api.GET("/api/{workspace}/tokens/{token}/rows", { params: { path: { ...here, token } }, signal }))).limit as Rows,
  });

export const lockouts = queryOptions({
  queryKey: ["lockouts"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/lockouts", { params: { path: here }, signal })),
});

/** The menu that everybody has, with what opens each of its items. */
export const wholeMenu = (role: string) =>
  queryOptions({
    queryKey: ["menu", role],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/console/menu/{role}", { params: { path: { ...here, role } }, signal })),
  });

/** A password that nobody guesses, without letters that look alike. */
export function generatedPassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  const drawn = crypto.getRandomValues(new Uint32Array(20));
  return [...drawn].map((one) => letters[one % letters.length]).join("");
}
