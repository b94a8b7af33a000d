import { describe, expect, it } from "vitest";

import type { Filter, Section } from "../../api/queries";
import { known, nextOrder, orderFor, placeOf, withFilter } from "./asking";

const filter = (name: string, orders: string[] = []): Filter => ({
  name, en: name, ru: name, kind: "text", choices: [], default: "", refers: "", orders, of: "", ways: [], is_naming: false,
});
const section = {
  name: "orders", en: "", ru: "", columns: [], actions: [],
  orders: ["-at", "at", "number"].map((name) => ({ name, en: "", ru: "" })),
  filters: [filter("stage"), filter("brand", ["number"])],
} as unknown as Section;

describe("the place in an address", () => {
  it("is read from what anybody may have written", () => {
    const raw = { f: { stage: "paid", at: { from: 1, to: 2 }, bad: { from: [1] }, worse: [1], no: null }, o: 7, open: "k", x: 1 };
    expect(placeOf(raw)).toEqual({ f: { stage: "paid", at: { from: 1, to: 2 } }, o: undefined, open: "k", folder: undefined });
    const ways = { a: { contains: "x" }, b: { any: ["y"] }, c: { empty: false }, d: { currency: "RUB", from: "1.5" }, e: { from: "2026-01-01" } };
    expect(placeOf({ f: { ...ways, f: { any: [] }, g: { empty: "no" }, h: { begins: "x", contains: "y" } } }).f).toEqual(ways);
    expect(placeOf({ f: "text" }).f).toBeUndefined();
    expect(placeOf({ f: {} }).f).toBeUndefined();
  });

  it("keeps the filters that the section has", () => {
    expect(known(section, { stage: "paid", gone: "x" })).toEqual({ stage: "paid" });
  });

  it("loses a filter that is taken off, and all of them with the last", () => {
    expect(withFilter({ a: "1", b: "2" }, "a", null)).toEqual({ b: "2" });
    expect(withFilter({ a: "1" }, "a", null)).toBeUndefined();
    expect(withFilter({}, "a", false)).toEqual({ a: false });
  });
});

describe("the order of a list", () => {
  it("is what is asked where every filter goes with it, else the server's own", () => {
    expect(orderFor(section, { stage: "paid" }, "-at")).toBe("-at");
    expect(orderFor(section, { brand: "x" }, "-at")).toBe("");
    expect(orderFor(section, { brand: "x" }, "number")).toBe("number");
    expect(orderFor(section, { brand: { begins: "x" } }, "-at")).toBe("-at");
    expect(orderFor(section, {}, "unknown")).toBe("");
  });

  it("turns with each click on a head that orders", () => {
    expect(nextOrder(section, "at", "number")).toBe("-at");
    expect(nextOrder(section, "at", "-at")).toBe("at");
    expect(nextOrder(section, "at", "at")).toBe("-at");
    expect(nextOrder(section, "number", "number")).toBe("number");
    expect(nextOrder(section, "store", "at")).toBeNull();
  });
});
