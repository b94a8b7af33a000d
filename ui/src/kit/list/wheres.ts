/** Conditions on the rows of a list. In: conditions, the filters beside them. Out: how many they are; whose rows meet them. */
import type { Filters, FilterValue, TreeValue } from "../../api/queries";
import { eventOf, ORDER_ROW, type Thing } from "../rules/paths";
import type { Figure, Rule, TimeWindow, Where } from "../rules/model";
import { isRange } from "./asking";

/** How many conditions on fields there are; those on an item of a list are one. */
export function conditionsOf(where: Where): number {
  if (where.is === "field") return 1;
  if (where.is === "not_of") return conditionsOf(where.condition);
  return where.conditions.reduce((count, one) => count + conditionsOf(one), 0);
}

/** What the rows of a list are to conditions; of events of one name their properties are offered. */
export function thingOf(sort: string, filters: Filters): Thing {
  const { name } = filters;
  return sort === "order" ? ORDER_ROW : eventOf({ names: typeof name === "string" ? [name] : [] });
}

/** The rule on people who have such a row; null where there are no conditions, or no rule says the same. */
export function peopleOf(section: string, filters: Filters): TreeValue | null {
  const { where, ...others } = filters;
  const figure = where ? figureOf(section, where as unknown as Where, others) : null;
  const rule: Rule | null = figure && { is: "measured", figure, test: { is: "number", op: "at_least", values: [1] } };
  return rule as TreeValue | null;
}

function figureOf(section: string, where: Where, others: Filters): Figure | null {
  if (section === "orders" && !asksLines(where)) {
    const { ordered_at: time, ...left } = others;
    const window = windowOf(time);
    return window && isNothing(left) ? { is: "orders", stand: "all", where, window } : null;
  }
  if (section !== "events") return null;
  const { name, time, ...left } = others;
  const window = windowOf(time);
  if (!window || !isNothing(left) || (name !== undefined && typeof name !== "string")) return null;
  return { is: "events", what: { names: name ? [name] : [], where }, window };
}

function isNothing(filters: Filters): boolean {
  return Object.keys(filters).length === 0;
}

/** The window of a period; null of one that moves with today. */
function windowOf(time: FilterValue | undefined): TimeWindow | null {
  if (time === undefined) return { is: "ever" };
  return isRange(time) ? { is: "absolute", start: time.from ?? null, end: time.to ?? null } : null;
}

/** Figures of orders have no lines: those of lines ask for one of them. */
function asksLines(where: Where): boolean {
  if (where.is === "field") return where.path[0] === "lines";
  return where.is === "not_of" ? asksLines(where.condition) : where.conditions.some(asksLines);
}
