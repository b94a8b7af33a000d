/** How many people each row of a rule holds for, as the row stands: with its «not». */
import { type ReactNode, useMemo } from "react";

import { useFormat } from "../session";
import { useWords } from "../words";
import type { Count } from "./checking";
import { find, isNegated, placesOf, type Tree } from "./tree";

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
        return [[key, <span key={key} className={isStale ? "r-stale" : undefined} title={t("segments.count.of_row")}>{format.number(shown)}</span>]];
      }),
    );
  }, [tree, root, count, isStale, t, format]);
}
