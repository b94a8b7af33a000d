/** Trees of conditions by which lists of people are asked for. In: a tree, or the key of a kept one. Out: it, in words. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import type { Filters, FilterValue, TreeValue } from "../../api/queries";
import { findTree, isTree, type Kept, keepTree } from "../../api/trees";

const treeOf = (value: FilterValue) =>
  queryOptions<Kept>({
    queryKey: ["tree", value],
    staleTime: Infinity,
    queryFn: () => (isTree(value) ? keepTree(value) : findTree(String(value))),
  });

/** A tree with its words. */
export function useTree(value: FilterValue) {
  return useQuery(treeOf(value));
}

/** Filters with the whole tree, as what is kept for long holds them; undefined until it is known. */
export function useWhole(filters: Filters): Filters | undefined {
  const { tree } = filters;
  const isKey = typeof tree === "string";
  const found = useQuery({ ...treeOf(tree ?? ""), enabled: isKey }).data;
  if (!isKey) return filters;
  return found && { ...filters, tree: found.tree as TreeValue };
}
