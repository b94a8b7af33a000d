/** What can be asked of a value: the verb of a condition. In: a test or a verb. Out: the verb or a test to begin with. */
import type { Op, Test, TestOf, TextOp } from "./model";

/** How a value is read; `any` as whatever it is. */
export type Sort = "text" | "number" | "money" | "yes_no" | "date" | "instant" | "list" | "any";

export const TEXT_OPS: TextOp[] = ["equals", "differs", "contains", "begins", "ends"];
export const OPS: Op[] = ["equals", "differs", "below", "at_most", "above", "at_least", "between"];
export const USUAL_CURRENCY = "RUB";

export const VERBS: Record<Sort, string[]> = {
  text: TEXT_OPS.map((op) => `text_${op}`),
  number: OPS.map((op) => `number_${op}`),
  money: OPS.map((op) => `money_${op}`),
  yes_no: ["yes", "no"],
  date: [...OPS.map((op) => `date_${op}`), "date_in", "days_since", "years_since", "anniversary"],
  instant: ["time_in", "time_ahead"],
  list: ["list_any", "list_every", "item_has"],
  any: ["present"],
};
export const SORTS = Object.keys(VERBS) as Sort[];
/** Verbs whose verdict changes with time alone: no condition on an event can have them. */
const MOVING = new Set(["date_in", "days_since", "years_since", "anniversary", "time_ahead"]);

export function verbOf(test: Test): string {
  if (test.is === "text" || test.is === "number" || test.is === "money" || test.is === "date") return `${test.is}_${test.op}`;
  if (test.is === "yes_no") return test.value ? "yes" : "no";
  if (test.is === "list_has") return test.every ? "list_every" : "list_any";
  return test.is;
}

export function sortOfVerb(verb: string): Sort {
  return SORTS.find((sort) => VERBS[sort].includes(verb)) ?? "any";
}

/** Verbs to choose from, those of the type that the values have first. */
export function offeredVerbs(type: string, only: Sort[] | null, isStill: boolean): { sort: Sort; verbs: string[] }[] {
  const first = sortOf(type);
  const sorts = (only ?? SORTS).toSorted((one, other) => rank(one, first) - rank(other, first));
  return sorts.map((sort) => ({ sort, verbs: VERBS[sort].filter((verb) => !isStill || !MOVING.has(verb)) }));
}

/** The type of a term of the vocabulary as a sort. */
export function sortOf(type: string): Sort | null {
  if (type === "object" || type === "items") return "list";
  return SORTS.includes(type as Sort) ? (type as Sort) : null;
}

function rank(sort: Sort, first: Sort | null): number {
  return sort === first ? -1 : sort === "any" ? 0 : 1;
}

/** A test to begin with for values of a type. */
export function startOf(type: string): Test {
  const sort = sortOf(type) ?? "text";
  if (type === "object") return { is: "present" };
  const verb = { text: "text_equals", number: "number_at_least", money: "money_at_least", yes_no: "yes", date: "date_at_least", instant: "time_in", list: "list_any", any: "present" }[sort];
  return testOf(verb, null);
}

/** The test of a verb; values stay where the verb before read the same type. */
export function testOf(verb: string, before: Test | null): Test {
  if (verb === "yes" || verb === "no") return { is: "yes_no", value: verb === "yes" };
  if (verb === "present") return { is: "present" };
  const [is = "", op = ""] = /^(text|number|money|date)_(.+)$/.exec(verb)?.slice(1) ?? [];
  if (is !== "" && verb !== "date_in") return valued(is as "text", op, before);
  return MADE[verb]?.(before) ?? { is: "present" };
}

const MADE: Record<string, (before: Test | null) => Test> = {
  date_in: () => ({ is: "date_in", window: { is: "calendar", unit: "month" } }),
  days_since: () => ({ is: "days_since", op: "at_most", values: [30] }),
  years_since: () => ({ is: "years_since", op: "at_least", values: [18] }),
  anniversary: () => ({ is: "anniversary", most: 7, zone: "person" }),
  time_in: () => ({ is: "time_in", window: { is: "rolling", far: { amount: 30 } } }),
  time_ahead: () => ({ is: "time_ahead", most: { amount: 7 } }),
  list_any: (before) => listed(before, false),
  list_every: (before) => listed(before, true),
  item_has: () => ({ is: "item_has", where: { is: "field", path: [], test: { is: "text", op: "equals", values: [] } } }),
};

function listed(before: Test | null, isEvery: boolean): Test {
  const values = before?.is === "list_has" || before?.is === "text" ? before.values : [];
  const exact = before && "exact" in before && before.exact ? { exact: true } : {};
  return isEvery ? { is: "list_has", values, every: true, ...exact } : { is: "list_has", values, ...exact };
}

function valued(is: "text" | "number" | "money" | "date", op: string, before: Test | null): Test {
  if (is === "text") {
    const held = before?.is === "text" ? before : { is, values: before?.is === "list_has" ? before.values : [] };
    return { ...held, op: op as TextOp };
  }
  if (is === "number") return { is, op: op as Op, values: fitted(op, before?.is === is ? before.values : [], 1) };
  if (is === "date") return { is, op: op as Op, values: fitted(op, before?.is === is ? before.values : [], today()) };
  const money = before?.is === "money" ? before : null;
  return { is, op: op as Op, values: fitted(op, money?.values ?? [], 100_000), currency: money?.currency ?? USUAL_CURRENCY };
}

/** As many values as an operator takes. */
export function fitted<Value>(op: string, values: Value[], usual: Value): Value[] {
  const [first = usual, second = first] = values;
  if (op === "between") return [first, second];
  return op === "equals" || op === "differs" ? (values.length ? values : [first]) : [first];
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

type Counted = TestOf<"days_since"> | TestOf<"years_since">;

/** The same test by another operator. */
export function withOp(test: Counted, op: Op): Counted {
  return { ...test, op, values: fitted(op, test.values, 1) };
}
