/** Filters of a list of people, said as the rule of a segment; whole, or not at all. */
import type { Filter, Filters, FilterValue, Section } from "../../api/queries";
import { isTree } from "../../api/trees";
import type { Definition, Op, Rule, Test } from "../rules/model";
import { isBetween, isDays, isRange, isWay } from "./asking";

/** Lists whose people a segment can hold, and whether it asks for known ones alone. */
const PEOPLE: Record<string, "known" | "all"> = { people: "known", profiles: "all" };
/** Columns that show an identifier where no attribute states it: no rule asks for either at once. */
const NOT_STATED = new Set(["phone", "email", "loyalty_card"]);

/** The definition that holds whom the filters show; null where some of them cannot be said, or there are none. */
export function definitionOf(section: Section, filters: Filters): Definition | null {
  const people = PEOPLE[section.name];
  const asked = Object.entries(filters);
  const rules = asked.map(([name, value]) => {
    const filter = section.filters.find((one) => one.name === name);
    return filter ? ruleOf(section, filter, value) : null;
  });
  if (!people || rules.length === 0 || rules.includes(null)) return null;
  return { entry: { is: "all", rules: rules.filter((one): one is Rule => one !== null) }, people };
}

function ruleOf(section: Section, filter: Filter, value: FilterValue): Rule | null {
  const { name } = filter;
  if (filter.kind === "tree") return isTree(value) ? (value as unknown as Rule) : null;
  if (name === "tag" && typeof value === "string") return { is: "tag", names: [value] };
  if (name === "segment" && typeof value === "string") return { is: "member", segment: value };
  const isAttribute = section.columns.some((one) => one.name === name && one.type !== "time") && !NOT_STATED.has(name);
  return isAttribute ? attributeRule(name, filter.kind, value) : null;
}

function attributeRule(name: string, kind: string, value: FilterValue): Rule | null {
  if (isWay(value) && "empty" in value) {
    const filled: Rule = { is: "attribute", name, test: { is: "present" } };
    return value.empty ? { is: "not", rule: filled } : filled;
  }
  const test = kind === "text" || kind === "choice" ? textTest(value) : kind === "number" ? numberTest(value) : kind === "date" ? dateTest(value) : null;
  return test && { is: "attribute", name, test };
}

function textTest(value: FilterValue): Test | null {
  if (typeof value === "string") return { is: "text", op: "equals", values: [value], exact: true };
  if (!isWay(value)) return null;
  if ("any" in value) return { is: "text", op: "equals", values: value.any, exact: true };
  if ("begins" in value) return { is: "text", op: "begins", values: [value.begins] };
  return "contains" in value ? { is: "text", op: "contains", values: [value.contains] } : null;
}

function numberTest(value: FilterValue): Test | null {
  return isRange(value) ? between(value.from, value.to, (op, values) => ({ is: "number", op, values })) : null;
}

function dateTest(value: FilterValue): Test | null {
  if (isDays(value)) {
    const before = value.before ?? 0;
    return { is: "days_since", op: "between", values: [before, before + value.days - 1] };
  }
  return isBetween(value) ? between(value.from, value.to, (op, values) => ({ is: "date", op, values })) : null;
}

function between<End>(from: End | undefined, to: End | undefined, test: (op: Op, values: End[]) => Test): Test | null {
  if (from !== undefined && to !== undefined) return test("between", [from, to]);
  if (from !== undefined) return test("at_least", [from]);
  return to === undefined ? null : test("at_most", [to]);
}
