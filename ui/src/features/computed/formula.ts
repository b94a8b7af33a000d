/** Formulas as the server has them (`konnektu.rules.formulas`), and as they are edited. In: formulas. Out: drafts. */
import { gapsOf } from "../../kit/rules/gaps";
import { figureOf, FIGURES, howOf, ofField, type Only, thingOf, typeOf, withMeasure } from "../../kit/rules/figures";
import type { Figure, Rule, Span } from "../../kit/rules/model";
import { ruleOf, type Tree, treeOf } from "../../kit/rules/tree";

export type Formula =
  | { is: "figure"; figure: Figure }
  | { is: "since"; figure: Figure }
  | { is: "most"; of: string[]; figure: Figure }
  | { is: "interest"; of: string[]; figure: Figure; half_life?: Span }
  | { is: "labels"; labels: { name: string; rule: Rule }[] };
export type Kind = Formula["is"];
export const KINDS: Kind[] = ["figure", "since", "most", "interest", "labels"];

export interface LabelDraft {
  key: string;
  name: string;
  tree: Tree;
}

export interface Draft {
  title: string;
  description: string;
  unit: string;
  is: Kind;
  figure: Figure;
  /** The field whose most frequent value is wanted. */
  of: string[];
  /** Of an interest: after how long a thing weighs half as much. */
  halfLife: Span;
  labels: LabelDraft[];
}

let last = 0;

export function label(name = "", rule: Rule = { is: "all", rules: [] }): LabelDraft {
  last += 1;
  return { key: `l${last}`, name, tree: treeOf(rule) };
}

const ORDERS = figureOf("orders");
const LAST_ORDER = withMeasure(ORDERS, ofField({ how: "max" }, ["ordered_at"], "instant"));

const LINES = figureOf("lines");
/** A most frequent value is counted or summed, of things that have an order. */
export const OF_MOST: Only = { figures: FIGURES.filter((one) => one !== "related"), hows: ["count", "sum"] };

const MONTH: Span = { amount: 30 };

/** Whether a text of a field is the value, the one that there is most of. */
export function isChosen({ is }: { is: Kind }): boolean {
  return is === "most" || is === "interest";
}

export function draftOf(formula: Formula, about: { title?: string; description?: string; unit?: string } = {}): Draft {
  return {
    title: about.title ?? "", description: about.description ?? "", unit: about.unit ?? "", is: formula.is,
    figure: formula.is === "labels" ? ORDERS : formula.figure,
    of: "of" in formula ? formula.of : [],
    halfLife: (formula.is === "interest" && formula.half_life) || MONTH,
    labels: formula.is === "labels" ? formula.labels.map((one) => label(one.name, one.rule)) : [label()],
  };
}

export const NEW: Formula = { is: "figure", figure: ORDERS };

function isOfMost({ is, measure }: Figure): boolean {
  return OF_MOST.figures.includes(is) && OF_MOST.hows.includes(howOf(measure));
}

/** The draft with another figure; the field stays while the things have it. */
export function withFigure(draft: Draft, figure: Figure): Draft {
  const before = thingOf(draft.figure);
  const after = thingOf(figure);
  return { ...draft, figure, of: before.sort === after.sort && before.of === after.of ? draft.of : [] };
}

/** A draft of another kind; days are counted since a time. */
export function ofKind(draft: Draft, is: Kind): Draft {
  if (isChosen({ is })) return { ...draft, is, figure: isOfMost(draft.figure) ? draft.figure : LINES };
  const isTime = ["instant", "date"].includes(typeOf(draft.figure));
  return { ...draft, is, figure: is === "since" && !isTime ? LAST_ORDER : draft.figure };
}

export function formulaOf({ is, figure, of, halfLife, labels }: Draft): Formula {
  if (is === "most") return { is, of, figure };
  if (is === "interest") return { is, of, figure, half_life: halfLife };
  return is === "labels" ? { is, labels: labels.map(({ name, tree }) => ({ name: name.trim(), rule: ruleOf(tree) })) } : { is, figure };
}

/** Whether nothing is left to be filled in. */
export function isWhole({ is, figure, of, halfLife, labels }: Draft): boolean {
  if (isChosen({ is }) && of.length === 0) return false;
  if (is === "interest" && halfLife.amount < 1) return false;
  if (is === "labels") return labels.length > 0 && labels.every((one) => one.name.trim() !== "" && gapsOf(one.tree).size === 0);
  return gapsOf(treeOf({ is: "measured", figure, test: { is: "present" } })).size === 0;
}
