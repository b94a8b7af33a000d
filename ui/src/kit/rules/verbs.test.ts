/** Verbs, windows, gaps and faults of the editor. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { decimalOf, majorOf, minorOf } from "./numbers";
import { faultsByRow } from "./faults";
import { measured, testFor } from "./figures";
import { gapsOf } from "./gaps";
import type { Definition, Rule, Test } from "./model";
import { OFFERS } from "./offers";
import { treeOf } from "./tree";
import { SORTS, startOf, testOf, VERBS, verbOf } from "./verbs";
import { kindOf, reached, reachOf, windowOf, WINDOWS } from "./windows";

const DOC = readFileSync(join(import.meta.dirname, "../../../../docs/rules.md"), "utf8");
const RULES = [...DOC.matchAll(/```json( segment)?\n(.*?)```/gs)].map(([, isSegment, raw = ""]) => (isSegment ? (JSON.parse(raw) as Definition).entry : (JSON.parse(raw) as Rule)));

/** Every test that a rule holds, wherever. */
function testsIn(part: unknown): Test[] {
  if (Array.isArray(part)) return part.flatMap(testsIn);
  if (typeof part !== "object" || part === null) return [];
  const own = "test" in part ? [part.test as Test] : [];
  return [...own, ...Object.values(part).flatMap(testsIn)];
}

describe("verbs", () => {
  it("name every test of the documentation, and leave it as it is when they are chosen again", () => {
    const tests = testsIn(RULES);
    const known = new Set(Object.values(VERBS).flat());
    expect(tests.length).toBeGreaterThan(30);
    for (const test of tests) expect(known.has(verbOf(test)), JSON.stringify(test)).toBe(true);
    const valued = tests.filter((one) => one.is === "text" || one.is === "money" || one.is === "list_has" || one.is === "yes_no");
    for (const test of valued) expect(testOf(verbOf(test), test)).toEqual(test);
  });

  it("make a test of their own kind", () => {
    for (const verb of Object.values(VERBS).flat()) expect(verbOf(testOf(verb, null))).toBe(verb);
    for (const sort of SORTS) expect(VERBS[sort]).toContain(verbOf(startOf(sort)));
  });

  it("keep values where they can", () => {
    const first = testOf("number_at_least", { is: "number", op: "between", values: ["2", "5"] });
    expect(first).toEqual({ is: "number", op: "at_least", values: ["2"] });
    expect(testOf("number_between", first)).toEqual({ is: "number", op: "between", values: ["2", "2"] });
  });
});

describe("windows", () => {
  it("are of the kind that was chosen", () => {
    for (const kind of WINDOWS.figure) expect(kindOf(windowOf(kind, { is: "rolling", far: { amount: 3 }, near: { amount: 3, unit: "hour" } }))).toBe(kind);
    expect(kindOf(windowOf("ago", { is: "ever" }))).toBe("ago");
    for (const reach of ["present", "before", "next", "own"] as const) expect(reachOf(reached({ is: "calendar", unit: "week" }, reach))).toBe(reach);
  });
});

describe("a figure", () => {
  it("takes its test along when the type of its value changes", () => {
    const sum = { is: "orders" as const, measure: measured("sum", undefined) };
    expect(testFor(sum, { is: "number", op: "at_least", values: [1] })).toEqual({ is: "number", op: "at_least", values: [1] });
    const money = { is: "orders" as const, measure: { how: "sum" as const, field: ["net"], type: "money" as const, currency: "EUR" } };
    expect(testFor(money, { is: "money", op: "at_least", values: [5], currency: "RUB" })).toEqual({ is: "money", op: "at_least", values: [5], currency: "EUR" });
    expect(testFor(money, { is: "number", op: "at_least", values: [1] }).is).toBe("money");
  });
});

describe("numbers that are written", () => {
  it("are read with a comma and with groups, and nothing else is a number", () => {
    expect(decimalOf("1 234,5")).toBe("1234.5");
    expect(decimalOf("5a")).toBeNull();
    expect(decimalOf("")).toBeNull();
  });

  it("are minor units exactly", () => {
    expect(minorOf("1234.5", 2)).toBe(123_450);
    expect(minorOf("1.234", 2)).toBeNull();
    expect(majorOf(123_450, 2)).toBe("1234.50");
    expect(majorOf(5, 0)).toBe("5");
    expect(majorOf(-5, 2)).toBe("-0.05");
  });
});

describe("what is missing or wrong", () => {
  it("is a gap where a new condition has nothing chosen yet, and none in the examples of the documentation", () => {
    for (const rule of RULES) expect([...gapsOf(treeOf(rule))], JSON.stringify(rule)).toEqual([]);
    const open = OFFERS.flatMap((one) => one.offers).filter((one) => gapsOf(treeOf(one.make())).size > 0).map((one) => one.name);
    expect(open).toEqual(["last_events", "attribute", "related", "tag", "identified", "source", "member"]);
    expect(gapsOf(treeOf({ is: "any", rules: [] })).size).toBe(1);
  });

  it("is told at its row in the reader's words", () => {
    const tree = treeOf({ is: "all", rules: [{ is: "tag", names: ["a"] }, { is: "tag", names: ["b"] }] });
    const told = faultsByRow(tree, "entry", [
      { place: "entry.rules[1].names", message: "expected `array` of length >= 1", code: "empty" },
      { place: "exit.rules[0]", message: "has no end", code: "other" },
    ], (key) => key);
    expect([...told]).toEqual([[tree.root.body.items[1]?.key, ["rules.faults.empty"]]]);
  });
});
