import { describe, expect, it } from "vitest";

import type { Filters } from "../../api/queries";
import type { Where } from "../rules/model";
import { conditionsOf, peopleOf } from "./wheres";

const store: Where = { is: "field", path: ["store"], test: { is: "text", op: "equals", values: ["M-1"] } };
const line: Where = { is: "field", path: ["lines"], test: { is: "item_has", where: store } };
const both: Where = { is: "all_of", conditions: [store, { is: "not_of", condition: { is: "any_of", conditions: [store, line] } }] };
const people = (section: string, filters: Record<string, unknown>) => peopleOf(section, filters as Filters);
const some = (figure: unknown) => ({ is: "measured", figure, test: { is: "number", op: "at_least", values: [1] } });

describe("conditions on rows", () => {
  it("are counted by their fields", () => {
    expect(conditionsOf(both)).toBe(3);
  });
  it("lead to whom the rows belong", () => {
    expect(people("orders", { where: store })).toEqual(some({ is: "orders", stand: "all", where: store, window: { is: "ever" } }));
    expect(people("orders", { where: store, ordered_at: { from: 5 } })).toEqual(some({ is: "orders", stand: "all", where: store, window: { is: "absolute", start: 5, end: null } }));
    expect(people("events", { where: store, name: "view" })).toEqual(some({ is: "events", what: { names: ["view"], where: store }, window: { is: "ever" } }));
  });
  it("lead nowhere where no rule says the same", () => {
    for (const [section, filters] of [["orders", {}], ["orders", { where: both }], ["orders", { where: store, stage: "paid" }], ["orders", { where: store, ordered_at: { days: 7 } }], ["events", { where: store, source: "1" }], ["people", { where: store }]] as const) {
      expect(people(section, filters)).toBeNull();
    }
  });
});
