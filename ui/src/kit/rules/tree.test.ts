/** The examples of the documentation through the edit model and back; moves; the way back. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { changed, redone, undone } from "./history";
import type { Definition, Rule } from "./model";
import { append, changeItem, duplicate, isGroup, type Item, itemAt, leafCount, move, placesOf, remove, ruleOf, type Tree, treeOf, unwrap, wrap } from "./tree";

const DOC = readFileSync(join(import.meta.dirname, "../../../../docs/rules.md"), "utf8");
const tag = (name: string): Rule => ({ is: "tag", names: [name] });
const EXAMPLES = [...DOC.matchAll(/```json( segment)?\n(.*?)```/gs)].flatMap(([, isSegment, raw = ""]): Rule[] => {
  if (!isSegment) return [JSON.parse(raw) as Rule];
  const { entry, exit } = JSON.parse(raw) as Definition;
  return exit ? [entry, exit] : [entry];
});
const NESTED: Rule[] = [
  { is: "not", rule: { is: "not", rule: tag("a") } },
  { is: "not", rule: { is: "all", rules: [{ is: "any", rules: [tag("a"), { is: "not", rule: tag("b") }] }] } },
  { is: "all", rules: [] },
];

/** The row of a tag. */
function row(tree: Tree, name: string): string {
  const seek = (item: Item): string | undefined => {
    if (isGroup(item.body)) return item.body.items.map(seek).find(Boolean);
    return item.body.is === "tag" && item.body.names[0] === name ? item.key : undefined;
  };
  return seek(tree.root) ?? "";
}

const sample = () => treeOf({ is: "all", rules: [tag("a"), { is: "any", rules: [tag("b"), tag("c")] }, tag("d")] });

describe("a rule that is edited", () => {
  it("comes back as it was, whatever it holds", () => {
    expect(EXAMPLES.length).toBeGreaterThan(30);
    for (const rule of [...EXAMPLES, ...NESTED]) expect(ruleOf(treeOf(rule))).toEqual(rule);
  });

  it("names places as the server does, negations and a lone leaf included", () => {
    const tree = treeOf({ is: "all", rules: [tag("a"), { is: "not", rule: { is: "any", rules: [tag("b")] } }] });
    const places = placesOf(tree);
    expect(places.get(row(tree, "b"))).toBe("rules[1].rule.rules[0]");
    expect(itemAt(places, "rules[1].rule.rules[0].names")).toEqual({ key: row(tree, "b"), rest: "names" });
    const alone = treeOf(tag("a"));
    expect(itemAt(placesOf(alone), "names")).toEqual({ key: row(alone, "a"), rest: "names" });
  });

  it("is wrapped when a second row joins a lone leaf", () => {
    const tree = treeOf(tag("a"));
    expect(ruleOf(append(tree, tree.root.key, tag("b"))[0])).toEqual({ is: "all", rules: [tag("a"), tag("b")] });
  });

  it("keeps a negation of the group around a lone leaf", () => {
    const tree = treeOf(tag("a"));
    const negated = changeItem(tree, tree.root.key, (one) => ({ ...one, nots: 1 }));
    expect(ruleOf(negated)).toEqual({ is: "not", rule: { is: "all", rules: [tag("a")] } });
  });

  it("moves rows among neighbours, into the group before and out of it", () => {
    const tree = sample();
    expect(ruleOf(move(tree, row(tree, "d"), "in"))).toEqual({ is: "all", rules: [tag("a"), { is: "any", rules: [tag("b"), tag("c"), tag("d")] }] });
    const out = { is: "all", rules: [tag("a"), { is: "any", rules: [tag("c")] }, tag("b"), tag("d")] };
    expect(ruleOf(move(tree, row(tree, "b"), "out"))).toEqual(out);
    const up = { is: "all", rules: [tag("a"), tag("b"), { is: "any", rules: [tag("c")] }, tag("d")] };
    expect(ruleOf(move(tree, row(tree, "b"), "up"))).toEqual(up);
    expect(move(tree, row(tree, "a"), "up")).toBe(tree);
    const emptied = move(move(tree, row(tree, "b"), "out"), row(tree, "c"), "out");
    expect(ruleOf(emptied)).toEqual({ is: "all", rules: [tag("a"), tag("c"), tag("b"), tag("d")] });
  });

  it("is copied, removed, negated, wrapped and unwrapped row by row", () => {
    const tree = sample();
    const [copied, key] = duplicate(tree, row(tree, "a"));
    expect(leafCount(copied.root)).toBe(5);
    expect(key).not.toBe(row(tree, "a"));
    expect(ruleOf(remove(copied, key))).toEqual(ruleOf(tree));
    const negated = changeItem(tree, row(tree, "b"), (one) => ({ ...one, nots: 1 }));
    expect(ruleOf(negated)).toEqual({ is: "all", rules: [tag("a"), { is: "any", rules: [{ is: "not", rule: tag("b") }, tag("c")] }, tag("d")] });
    const wrapped = wrap(tree, row(tree, "d"));
    expect(ruleOf(wrapped)).toEqual({ is: "all", rules: [tag("a"), { is: "any", rules: [tag("b"), tag("c")] }, { is: "any", rules: [tag("d")] }] });
    const group = wrapped.root.body.items[2]?.key ?? "";
    expect(ruleOf(unwrap(wrapped, group))).toEqual(ruleOf(tree));
  });
});

describe("the way back", () => {
  it("takes quick changes of one part together, and goes both ways", () => {
    const start = { before: [] as string[], present: "", after: [] as string[], part: "", at: 0 };
    const typed = ["a", "ab", "abc"].reduce((held, text, index) => changed(held, text, "name", 1_000 + index * 100), start);
    expect(undone(typed).present).toBe("");
    expect(redone(undone(typed)).present).toBe("abc");
    const later = changed(typed, "abcd", "name", 9_000);
    expect(undone(later).present).toBe("abc");
    expect(changed(undone(later), "x", "name", 9_100).after).toEqual([]);
  });
});
