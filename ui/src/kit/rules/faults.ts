/** What the server finds wrong, at its row and in the reader's words. In: faults. Out: texts by the keys of rows. */
import type { Words } from "../words";
import type { Fault } from "./model";
import { itemAt, placesOf, type Tree } from "./tree";

/** What is not filled in yet: an empty name, no values, no field. */
const EMPTY = /length [>`]?=? ?`?1|length >= 1|needs a field|is empty: every text would fit/;
/** Beginnings of what the server says, by the text that says it in both languages. */
const SAID: [RegExp, string][] = [
  [/^between takes two values/, "between"],
  [/is not farther than near/, "far_near"],
  [/is after the present period|is after last$/, "periods"],
  [/is not after start/, "start_end"],
  [/has neither start nor end/, "no_bounds"],
  [/is of type .+, not |the figure is of type/, "type"],
  [/^the figure is in |another type or currency/, "currency"],
  [/no step ends this absence/, "absence_end"],
  [/a sequence begins with a step/, "absence_first"],
  [/^span is empty|^is empty$/, "span"],
  [/is longer than 200 years/, "long"],
  [/only numbers and amounts are compared|people are ordered by numbers/, "numeric"],
  [/cannot change with time/, "moving"],
  [/is more than most|is not more than least/, "least_most"],
  [/more than 100 percent/, "percent"],
  [/groups deep/, "deep"],
  [/more than \d+ (leaves|conditions)/, "many"],
];

export function faultText(fault: Fault, t: Words): string {
  if (EMPTY.test(fault.message)) return t("rules.faults.empty");
  const found = SAID.find(([pattern]) => pattern.test(fault.message));
  return found ? t(`rules.faults.${found[1]}`) : fault.message;
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
