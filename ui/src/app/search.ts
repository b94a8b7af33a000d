/** What a search finds, as lines that lead somewhere. */
import { queryOptions } from "@tanstack/react-query";

import { api, got, here } from "../api/client";
import type { Format } from "../kit/format";
import type { Lists, Page } from "../kit/page";
import { said, type Words } from "../kit/words";
import { addressOf } from "./menu";

function ask(text: string, signal: AbortSignal) {
  return got(api.GET("/api/{workspace}/search", { params: { path: here, query: { text } }, signal }));
}

export type Hits = Awaited<ReturnType<typeof ask>>;

export interface Hit {
  key: string;
  title: string;
  note: string;
  to: string;
  search?: Record<string, unknown>;
}

export interface HitGroup {
  name: "people" | "orders" | "products" | "places";
  hits: Hit[];
}

export function searchFor(text: string) {
  return queryOptions({
    queryKey: ["search", text],
    staleTime: 30_000,
    queryFn: ({ signal }) => ask(text, signal),
  });
}

/** Every part that found something, places last. */
export function grouped(found: Hits, lists: Lists, pages: Page[], t: Words, format: Format): HitGroup[] {
  const groups: HitGroup[] = [
    { name: "people", hits: (found.people ?? []).map((one) => person(one, lists, t, format)) },
    { name: "orders", hits: (found.orders ?? []).map((one) => order(one, format)) },
    { name: "products", hits: (found.products ?? []).map((one) => product(one, format)) },
    { name: "places", hits: found.places.flatMap((one) => place(one, pages)) },
  ];
  return groups.filter((one) => one.hits.length > 0);
}

function person(one: NonNullable<Hits["people"]>[number], lists: Lists, t: Words, format: Format): Hit {
  const page = lists["profiles"]?.page;
  const first = one.identifiers[0]?.[1];
  return {
    key: `person ${one.id}`,
    title: one.name || (first ?? t("shell.search.nobody")),
    note: one.identifiers.map(([, value = ""]) => format.phone(value)).join(" · "),
    ...(page
      ? { to: page({ key: one.id, values: {} }) }
      : { to: "/profiles", search: { f: { identifier: first ?? one.id }, open: one.id } }),
  };
}

function order(one: NonNullable<Hits["orders"]>[number], format: Format): Hit {
  return {
    key: `order ${one.number}`,
    title: one.number,
    note: `${format.money(one.net, one.currency)} · ${format.day(one.ordered_at)}`,
    to: "/orders",
    search: one.profile ? { f: { profile: one.profile }, open: one.number } : { open: one.number },
  };
}

function product(one: NonNullable<Hits["products"]>[number], format: Format): Hit {
  const price = one.price === null ? "" : format.money(one.price, one.currency);
  return {
    key: `product ${one.id}`,
    title: one.name || one.id,
    note: [one.sku, price].filter(Boolean).join(" · "),
    to: "/products",
    search: { open: one.id },
  };
}

function place(one: Hits["places"][number], pages: Page[]): Hit[] {
  const to = addressOf(one, pages);
  return to === null ? [] : [{ key: `place ${one.name}`, title: said(one), note: "", to }];
}
