/** Figures: what they are made of, and what may be asked of them. In: a figure. Out: types, things, figures to begin with. */
import type { Figure, How, Measure, Test, ValueType } from "./model";
import { eventOf, ITEM, LINE, ORDER, type Thing } from "./paths";
import { type Sort, startOf, USUAL_CURRENCY } from "./verbs";

export const FIGURES: Figure["is"][] = ["events", "orders", "lines", "product_list", "related"];
/** Which figures are offered where not every one can be. */
export interface Only {
  figures: Figure["is"][];
  hows: How[];
}

export const HOWS: How[] = ["count", "sum", "average", "min", "max", "first", "last", "distinct"];
/** Of what each measure can be made. */
export const MADE_OF: Record<How, ValueType[]> = {
  count: ["number"], sum: ["number", "money"], average: ["number", "money"], min: ["number", "money", "date", "instant"], max: ["number", "money", "date", "instant"],
  first: ["number", "money", "text", "date", "instant", "yes_no"], last: ["number", "money", "text", "date", "instant", "yes_no"], distinct: ["number", "text", "date", "instant"],
};

export function howOf(measure: Measure | undefined): How {
  return measure?.how ?? "count";
}

/** The type of the value that a figure makes. */
export function typeOf(figure: Figure): ValueType {
  const how = howOf(figure.measure);
  return how === "count" || how === "distinct" ? "number" : (figure.measure?.type ?? "number");
}

export function thingOf(figure: Figure): Thing {
  if (figure.is === "events") return eventOf(figure.what);
  if (figure.is === "related") return { sort: "record", of: figure.kind };
  return { orders: ORDER, lines: LINE, product_list: ITEM }[figure.is];
}

export function figureOf(is: Figure["is"]): Figure {
  if (is === "product_list") return { is, list: "cart" };
  return is === "related" ? { is, kind: "" } : { is };
}

/** A measure by another verb; the field stays where there is one. */
export function measured(how: How, before: Measure | undefined): Measure | undefined {
  if (how === "count") return undefined;
  const type = before?.type ?? "number";
  const kept = MADE_OF[how].includes(type) ? type : (MADE_OF[how][0] ?? "number");
  return typed({ how, field: before?.field ?? [], ...(before?.currency && { currency: before.currency }) }, kept);
}

/** The measure of values of a type; only money has a currency. */
export function typed(measure: Measure, type: ValueType): Measure {
  const { currency, ...rest } = measure;
  return type === "money" ? { ...rest, type, currency: currency || USUAL_CURRENCY } : { ...rest, type };
}

/** The measure of a field whose type the vocabulary knows. */
export function ofField(measure: Measure, field: string[], type: string): Measure {
  const known = MADE_OF[howOf(measure)].find((one) => one === type);
  return typed({ ...measure, field }, known ?? measure.type ?? "number");
}

export function withMeasure<Kept extends Figure>(figure: Kept, measure: Measure | undefined): Kept {
  const { measure: _, ...rest } = figure;
  return (measure ? { ...rest, measure } : rest) as Kept;
}

/** The test that goes with a figure: the one that was there, where it reads what the figure makes. */
export function testFor(figure: Figure, test: Test): Test {
  const type = typeOf(figure);
  const sorts = sortsOf(figure);
  const isMoney = test.is === "money" && type === "money";
  if (isMoney) return figure.measure?.currency ? { ...test, currency: figure.measure.currency } : test;
  return test.is === "present" || sorts.includes(sortOfTest(test)) ? test : startOf(type);
}

export function sortsOf(figure: Figure): Sort[] {
  const type = typeOf(figure);
  return howOf(figure.measure) === "count" || howOf(figure.measure) === "distinct" ? [type] : [type, "any"];
}

function sortOfTest(test: Test): Sort {
  if (test.is === "date_in" || test.is === "days_since" || test.is === "years_since" || test.is === "anniversary") return "date";
  if (test.is === "time_in" || test.is === "time_ahead") return "instant";
  if (test.is === "list_has" || test.is === "item_has") return "list";
  return test.is === "present" ? "any" : test.is;
}
