/** What the pages of settings ask of the server. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export type Settings = Answer<"/api/{workspace}/settings">;
export type Rules = Answer<"/api/{workspace}/sign-in-rules">;
export type Provider = Answer<"/api/{workspace}/identity-provider">;
export type RoleMenu = Answer<"/api/{workspace}/console/menu/{role}">;
export type RoleCard = Answer<"/api/{workspace}/console/card/{role}">;

export const settings = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/settings", { params: { path: here }, signal })),
});

export const currency = queryOptions({
  queryKey: ["order-currency"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/orders/currency", { params: { path: here }, signal })),
});

export const rules = queryOptions({
  queryKey: ["sign-in-rules"],
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/sign-in-rules", { params: { path: here }, signal })),
});

/** Null where the project has none. */
export const provider = queryOptions({
  queryKey: ["identity-provider"],
  queryFn: async ({ signal }): Promise<Provider | null> => {
    const held = await got(api.GET("/api/{workspace}/identity-provider", { params: { path: here }, signal }));
    return held.issuer ? held : null;
  },
});

export const menuOf = (role: string) =>
  queryOptions({
    queryKey: ["menu", role],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/console/menu/{role}", { params: { path: { ...here, role } }, signal })),
  });

export const cardOf = (role: string) =>
  queryOptions({
    queryKey: ["card", role],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/console/card/{role}", { params: { path: { ...here, role } }, signal })),
  });
