/** What the server finds wrong, at its row and in the reader's words. In: faults. Out: texts by the keys of rows. */
import type { Words } from "../words";
import type { Fault } from "./model";
import { itemAt, placesOf, type Tree } from "./tree";

/** What has no words of its own is said as the server says it. */
export function faultText({ code, message }: Fault, t: Words): string {
  return code === "other" ? message : t(`rules.faults.${code}`);
}

/** Faults of one rule of a definition by the keys of its rows; `root` is its place, as `entry`. */
export function faultsByRow(tree: Tree, root: string, faults: Fault[], t: Words): Map<string, string[]> {
  return byRow(tree, root, faults.map((one) => [one.place, faultText(one, t)]));
}

/** Anything that is said of places, by the rows that the places are within. */
export function byRow<Value>(tree: Tree, root: string, said: [string, Value][]): Map<string, Value[]> {
  const places = placesOf(tree);
  const found = new Map<string, Value[]>();
  for (const [place, value] of said) {
    if (place !== root && !place.startsWith(`${root}.`)) continue;
    const at = itemAt(places, place.slice(root.length + 1));
    if (!at) continue;
    const held = found.get(at.key) ?? [];
    if (!held.includes(value)) found.set(at.key, [...held, value]);
  }
  return found;
}
