/** What the page of record kinds asks of the server, and the changes that it sends. */
import { queryOptions } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";

export const TYPES = ["text", "number", "money", "date", "boolean", "choice", "texts"] as const;
export type FieldType = (typeof TYPES)[number];

/** One field of a kind; what is left out is as usual. */
export interface Field {
  name: string;
  en: string;
  ru: string;
  type?: FieldType;
  options?: { value: string; en: string; ru: string }[];
  /** Of money. */
  currency?: string;
  is_personal?: boolean;
  is_required?: boolean;
  is_retired?: boolean;
}

type Told = Answer<"/api/{workspace}/record-kinds">["items"][number];
export type Kind = Omit<Told, "fields"> & { fields?: Field[] };

const WAIT_SECONDS = 10;

export const kinds = queryOptions({
  queryKey: ["record-kinds"],
  queryFn: async ({ signal }) => {
    const { items } = await got(api.GET("/api/{workspace}/record-kinds", { params: { path: here }, signal }));
    return { items: items as Kind[] };
  },
});

export function put({ name, en, ru, fields = [], is_retired = false }: Kind) {
  const path = { ...here, kind: name };
  return got(api.PUT("/api/{workspace}/record-kinds/{kind}", { params: { path, query: { wait: WAIT_SECONDS } }, body: { en, ru, fields, is_retired } }));
}
