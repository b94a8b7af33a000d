/** A rule as it is edited: parts with keys that stay theirs while they move. In: a rule. Out: a rule, equal until changed. */
import type { Leaf, Rule } from "./model";

export interface Group {
  is: "all" | "any";
  items: Item[];
}

/** One row of the editor: a leaf or a group, maybe negated. */
export interface Item {
  key: string;
  /** How many negations stand around it: one is shown as a word, a second takes it back. */
  nots: number;
  body: Group | Leaf;
}

/** A whole rule. Its outermost part is a group, also where the rule is a leaf: then the group `isAdded`. */
export interface Tree {
  root: Item & { body: Group };
  isAdded: boolean;
}

let last = 0;
const newKey = () => `i${(last += 1)}`;

export function isGroup(body: Group | Leaf): body is Group {
  return body.is === "all" || body.is === "any";
}

export function isNegated(item: Item): boolean {
  return item.nots % 2 === 1;
}

export function treeOf(rule: Rule): Tree {
  const item = itemOf(rule);
  if (isGroup(item.body) && item.nots === 0) return { root: { ...item, body: item.body }, isAdded: false };
  return { root: { key: newKey(), nots: 0, body: { is: "all", items: [item] } }, isAdded: true };
}

function itemOf(rule: Rule): Item {
  let [nots, inner] = [0, rule];
  while (inner.is === "not") [nots, inner] = [nots + 1, inner.rule];
  if (inner.is === "all" || inner.is === "any") {
    return { key: newKey(), nots, body: { is: inner.is, items: (inner.rules ?? []).map(itemOf) } };
  }
  return { key: newKey(), nots, body: inner };
}

export function ruleOf(tree: Tree): Rule {
  return ruleOfItem(aloneIn(tree) ?? tree.root);
}

/** The one item that is the whole rule, where the group around it says nothing. */
function aloneIn({ root, isAdded }: Tree): Item | null {
  return isAdded && root.nots === 0 && root.body.items.length === 1 ? (root.body.items[0] ?? null) : null;
}

function ruleOfItem({ nots, body }: Item): Rule {
  let rule: Rule = isGroup(body) ? { is: body.is, rules: body.items.map(ruleOfItem) } : body;
  for (let left = nots; left > 0; left -= 1) rule = { is: "not", rule };
  return rule;
}

/** Where each item stands in the rule, as the server's faults name places; the outermost of all at the empty place. */
export function placesOf(tree: Tree): Map<string, string> {
  const places = new Map<string, string>();
  const walk = (item: Item, place: string) => {
    const at = Array.from({ length: item.nots }, () => "rule").reduce(within, place);
    places.set(item.key, at);
    if (isGroup(item.body)) item.body.items.forEach((one, index) => walk(one, within(at, `rules[${index}]`)));
  };
  walk(aloneIn(tree) ?? tree.root, "");
  return places;
}

export function within(place: string, name: string): string {
  return place ? `${place}.${name}` : name;
}

/** Which item a place is within, the innermost, and the rest of the way. */
export function itemAt(places: Map<string, string>, place: string): { key: string; rest: string } | null {
  let found: { key: string; rest: string } | null = null;
  let longest = -1;
  for (const [key, at] of places) {
    if (at.length <= longest || !(at === "" || place === at || place.startsWith(`${at}.`))) continue;
    longest = at.length;
    found = { key, rest: place.slice(at ? at.length + 1 : 0) };
  }
  return found;
}

/** Number of leaves. */
export function leafCount(item: Item): number {
  return isGroup(item.body) ? item.body.items.reduce((sum, one) => sum + leafCount(one), 0) : 1;
}

type Change = (items: Item[], index: number) => Item[];

/** The same tree with the list changed that a key stands in. */
function changeList(tree: Tree, key: string, change: Change): Tree {
  const walk = (group: Group): Group => {
    const index = group.items.findIndex((one) => one.key === key);
    if (index >= 0) return { ...group, items: change(group.items, index) };
    return { ...group, items: group.items.map((one) => (isGroup(one.body) ? withBody(one, walk(one.body)) : one)) };
  };
  return { ...tree, root: { ...tree.root, body: walk(tree.root.body) } };
}

function withBody(item: Item, body: Group): Item {
  return body.items.length === (item.body as Group).items.length && body.items.every((one, at) => one === (item.body as Group).items[at]) ? item : { ...item, body };
}

/** The same tree with one item changed. */
export function changeItem(tree: Tree, key: string, change: (item: Item) => Item): Tree {
  if (key === tree.root.key) return { ...tree, root: change(tree.root) as Tree["root"] };
  return changeList(tree, key, (items, index) => items.map((one, at) => (at === index ? change(one) : one)));
}

export function remove(tree: Tree, key: string): Tree {
  return changeList(tree, key, (items, index) => items.toSpliced(index, 1));
}

/** A copy below the item, with keys of its own; and its key. */
export function duplicate(tree: Tree, key: string): [Tree, string] {
  let made = key;
  const next = changeList(tree, key, (items, index) => {
    const copy = copied(items[index] as Item);
    made = copy.key;
    return items.toSpliced(index + 1, 0, copy);
  });
  return [next, made];
}

function copied(item: Item): Item {
  const body = isGroup(item.body) ? { ...item.body, items: item.body.items.map(copied) } : structuredClone(item.body);
  return { ...item, key: newKey(), body };
}

/** A rule at the end of a group; and the key of its row. */
export function append(tree: Tree, group: string, rule: Rule): [Tree, string] {
  const item = itemOf(rule);
  const next = changeItem(tree, group, (one) => ({ ...one, body: { ...(one.body as Group), items: [...(one.body as Group).items, item] } }));
  return [next, item.key];
}

/** The item within a group of its own, which joins what is added to it by the other word. */
export function wrap(tree: Tree, key: string): Tree {
  const outer = groupOf(tree, key);
  const is = outer?.is === "all" ? "any" : "all";
  return changeList(tree, key, (items, index) => items.with(index, { key: newKey(), nots: 0, body: { is, items: [items[index] as Item] } }));
}

/** The items of a group in its place; a negated group stays. */
export function unwrap(tree: Tree, key: string): Tree {
  return changeList(tree, key, (items, index) => {
    const item = items[index] as Item;
    return isGroup(item.body) && item.nots === 0 ? items.toSpliced(index, 1, ...item.body.items) : items;
  });
}

export type Way = "up" | "down" | "in" | "out";

/** The item moved by one place among its neighbours, into the group before it, or out of its own. */
export function move(tree: Tree, key: string, way: Way): Tree {
  const parent = ownerOf(tree.root, key);
  const item = parent?.body.items.find((one) => one.key === key);
  if (!parent || !item) return tree;
  const index = parent.body.items.indexOf(item);
  const to = index + (way === "up" ? -1 : 1);
  if (way === "up" || way === "down") {
    if (to >= 0 && to < parent.body.items.length) {
      return changeList(tree, key, (items) => items.toSpliced(index, 1).toSpliced(to, 0, item));
    }
    return parent.key === tree.root.key ? tree : beside(tree, parent.key, item, way === "up" ? 0 : 1);
  }
  if (way === "out") return parent.key === tree.root.key ? tree : beside(tree, parent.key, item, 1);
  const before = parent.body.items[index - 1];
  if (!before || !isGroup(before.body)) return tree;
  return changeItem(remove(tree, key), before.key, (one) => ({ ...one, body: { ...(one.body as Group), items: [...(one.body as Group).items, item] } }));
}

/** The item taken from where it is and put before or after another. A group that it leaves empty goes. */
function beside(tree: Tree, neighbour: string, item: Item, after: 0 | 1): Tree {
  const put = changeList(remove(tree, item.key), neighbour, (items, index) => items.toSpliced(index + after, 0, item));
  const left = find(put.root, neighbour);
  return left && isGroup(left.body) && left.body.items.length === 0 ? remove(put, neighbour) : put;
}

export function find(item: Item, key: string): Item | null {
  if (item.key === key) return item;
  if (!isGroup(item.body)) return null;
  for (const one of item.body.items) {
    const found = find(one, key);
    if (found) return found;
  }
  return null;
}

function ownerOf(item: Item, key: string): (Item & { body: Group }) | null {
  if (!isGroup(item.body)) return null;
  if (item.body.items.some((one) => one.key === key)) return { ...item, body: item.body };
  return item.body.items.map((one) => ownerOf(one, key)).find((one) => one !== null) ?? null;
}

function groupOf(tree: Tree, key: string): Group | null {
  return ownerOf(tree.root, key)?.body ?? null;
}
