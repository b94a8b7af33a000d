/** Places that are still to be filled in. In: a tree. Out: the rows that have such places. */
import type { Leaf } from "./model";
import { isGroup, type Item, type Tree } from "./tree";

/** Names of parts that may not be empty, wherever they stand; those of an event may. */
const NEEDED = new Set(["name", "segment", "kind", "list", "keys", "kinds", "values", "path", "field"]);

export function hasGap(leaf: Leaf): boolean {
  return (leaf.is === "tag" && leaf.names.length === 0) || isOpen(leaf);
}

/** Whether something in a part is still to be filled in. */
export function isOpen(part: unknown): boolean {
  if (Array.isArray(part)) return part.some(isOpen);
  if (typeof part !== "object" || part === null) return false;
  return Object.entries(part).some(([name, one]) => (NEEDED.has(name) && isEmpty(one)) || isOpen(one));
}

function isEmpty(part: unknown): boolean {
  return part === "" || (Array.isArray(part) && part.length === 0);
}

/** Keys of the rows with gaps; an empty group of any is one, for nobody would pass it. */
export function gapsOf(tree: Tree): Set<string> {
  const found = new Set<string>();
  const walk = ({ key, body }: Item) => {
    if (!isGroup(body)) {
      if (hasGap(body)) found.add(key);
    } else if (body.items.length === 0 && body.is === "any") found.add(key);
    else body.items.forEach(walk);
  };
  walk(tree.root);
  return found;
}
