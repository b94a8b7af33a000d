/** How many people each row of a rule holds for, as the row stands: with its «not». */
import { type ReactNode, useMemo } from "react";

import { useFormat, useWords } from "../../kit";
import { isNegated, find, placesOf, type Tree } from "../../kit/rules/tree";
import type { Count } from "./api";

export function useCountsByRow(tree: Tree, root: string, count: Count | null, isStale: boolean): ReadonlyMap<string, ReactNode> {
  const t = useWords();
  const format = useFormat();
  return useMemo(() => {
    if (!count) return new Map();
    const people = new Map(count.parts.map((part) => [part.place, part.people]));
    return new Map(
      [...placesOf(tree)].flatMap(([key, place]): [string, ReactNode][] => {
        const held = people.get(place ? `${root}.${place}` : root);
        const item = find(tree.root, key);
        if (held === undefined || !item) return [];
        const shown = isNegated(item) ? count.base - held : held;
        return [[key, <span key={key} className={isStale ? "s-stale" : undefined} title={t("segments.count.of_row")}>{format.number(shown)}</span>]];
      }),
    );
  }, [tree, root, count, isStale, t, format]);
}
