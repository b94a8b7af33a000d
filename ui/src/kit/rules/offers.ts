/** What a condition can be, with what a new one begins as. In: nothing. Out: names of texts, rules. */
import type { Rule } from "./model";
import { startOf } from "./verbs";

export interface Offer {
  name: string;
  make: () => Rule;
}

const often = () => startOf("number");
const last = (amount: number) => ({ is: "rolling" as const, far: { amount } });

/** By the group of the menu. */
export const OFFERS: { group: string; offers: Offer[] }[] = [
  {
    group: "did",
    offers: [
      { name: "events", make: () => ({ is: "measured", figure: { is: "events", what: {}, window: last(30) }, test: { is: "number", op: "at_least", values: [1] } }) },
      { name: "sequence", make: () => ({ is: "sequence", steps: [{ is: "step", what: {} }, { is: "absence", what: {}, span: { amount: 1 } }], window: last(30) }) },
      { name: "last_events", make: () => ({ is: "last_events", what: {}, count: 5, match: "none", where: { is: "field", path: [], test: { is: "yes_no", value: true } } }) },
      { name: "compare", make: () => ({ is: "compare", left: { is: "events", what: {}, window: last(30) }, op: "below", ratio: "0.5", right: { is: "events", what: {}, window: { is: "rolling", far: { amount: 60 }, near: { amount: 30 } } } }) },
    ],
  },
  {
    group: "bought",
    offers: [
      { name: "orders", make: () => ({ is: "measured", figure: { is: "orders", window: last(365) }, test: one() }) },
      { name: "lines", make: () => ({ is: "measured", figure: { is: "lines", window: last(365) }, test: one() }) },
      { name: "product_list", make: () => ({ is: "measured", figure: { is: "product_list", list: "cart" }, test: one() }) },
      { name: "rank", make: () => ({ is: "rank", by: { is: "orders", measure: { how: "sum", field: ["net"], type: "money", currency: "RUB" } }, top: 10 }) },
    ],
  },
  {
    group: "is",
    offers: [
      { name: "attribute", make: () => ({ is: "attribute", name: "", test: { is: "text", op: "equals", values: [] } }) },
      { name: "related", make: () => ({ is: "measured", figure: { is: "related", kind: "" }, test: one() }) },
      { name: "tag", make: () => ({ is: "tag", names: [] }) },
      { name: "identified", make: () => ({ is: "identified", kinds: [] }) },
      { name: "consent", make: () => ({ is: "consent", state: "given" }) },
      { name: "source", make: () => ({ is: "source", side: "marketing", keys: [] }) },
      { name: "member", make: () => ({ is: "member", segment: "" }) },
    ],
  },
];

function one() {
  return { ...often(), values: [1] } as ReturnType<typeof startOf>;
}
