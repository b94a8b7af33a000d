import { describe, expect, it } from "vitest";

import { changes, moved, ofLevel, type Rules, rulesOf, signOf, USUAL, withKind, withoutKind } from "./model";

const told = {
  kinds: [{ name: "cookie", rank: 130, level: "device" }, { name: "user", rank: 10, limit: 1, unique: true }, { name: "phone", rank: 40, life_days: 365 }],
  vetoes: ["first_name", "birth_date"], largest_merge: 100, most_atoms: 1000,
};
const rules = (): Rules => rulesOf(told);

describe("identity rules", () => {
  it("are complete and in the order of strength", () => {
    expect(rules().kinds.map((one) => [one.name, one.limit, one.max_people])).toEqual([["user", 1, 0], ["phone", 5, 0], ["cookie", 5, 0]]);
  });

  it("move a kind among its level alone", () => {
    expect(moved(rules(), "phone", -1).kinds.map((one) => [one.name, one.rank])).toEqual([["phone", 10], ["user", 40], ["cookie", 130]]);
    expect(moved(rules(), "cookie", -1)).toEqual(rules());
    expect(moved(rules(), "user", -1)).toEqual(rules());
  });

  it("take a kind of their own as the weakest of its level, before the devices", () => {
    const more = withKind(rules(), "", { ...USUAL, name: "passport" });
    expect(ofLevel(more, "person").map((one) => one.name)).toEqual(["user", "phone", "passport"]);
    expect(more.kinds.at(-1)?.name).toBe("cookie");
  });

  it("put a kind that speaks of another level below those that are there", () => {
    const other = withKind(rules(), "phone", { ...rules().kinds[1] ?? USUAL, level: "device" });
    expect(ofLevel(other, "device").map((one) => one.name)).toEqual(["cookie", "phone"]);
  });

  it("say what changes", () => {
    const after = { ...withoutKind(withKind(rules(), "phone", { ...USUAL, ...rules().kinds[1], limit: 2 }), "cookie"), vetoes: ["birth_date"] };
    expect(changes(rules(), after)).toEqual([
      { kind: "cookie", what: "removed", before: "", after: "" },
      { kind: "phone", what: "limit", before: "5", after: "2" },
      { kind: "", what: "vetoes", before: "birth_date, first_name", after: "birth_date" },
    ]);
  });

  it("have one sign where they mean the same", () => {
    expect(signOf({ ...rules(), vetoes: ["birth_date", "first_name"] })).toBe(signOf(rules()));
    expect(signOf(withoutKind(rules(), "cookie"))).not.toBe(signOf(rules()));
  });
});
