/** Trees of conditions that the server keeps: an address has room for some conditions only, a longer tree goes by its key. */
import { api, type Answer, got, here } from "./client";
import type { Filters, FilterValue, TreeValue } from "./queries";

export type Kept = Answer<"/api/{workspace}/segments/trees/{tree}">;

/** Characters of an address that a tree may take. */
const ROOM = 3_000;

export function isTree(value: unknown): value is TreeValue {
  return typeof value === "object" && value !== null && "is" in value && typeof value.is === "string";
}

function isLong(tree: unknown): boolean {
  return encodeURIComponent(JSON.stringify(tree)).length > ROOM;
}

/** A tree as an address has it. */
export function inAddress(kept: Kept): FilterValue {
  return isLong(kept.tree) ? kept.key : (kept.tree as TreeValue);
}

/** Keep a tree, which may be any rule. */
export function keepTree(tree: object): Promise<Kept> {
  return got(api.POST("/api/{workspace}/segments/trees", { params: { path: here }, body: { tree: tree as Record<string, never> } })) as Promise<Kept>;
}

export function findTree(key: string): Promise<Kept> {
  return got(api.GET("/api/{workspace}/segments/trees/{tree}", { params: { path: { ...here, tree: key } } })) as Promise<Kept>;
}

/** Filters as a question takes them that has to be short. */
export async function sendable(filters: Filters): Promise<string> {
  if (Object.keys(filters).length === 0) return "";
  const { tree } = filters;
  const sent = isTree(tree) && isLong(tree) ? { ...filters, tree: (await keepTree(tree)).key } : filters;
  return JSON.stringify(sent);
}
