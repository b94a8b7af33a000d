/** Formulas as the server has them (`konnektu.rules.formulas`), and as they are edited. In: formulas. Out: drafts. */
import { gapsOf } from "../../kit/rules/gaps";
import { figureOf, ofField, typeOf, withMeasure } from "../../kit/rules/figures";
import type { Figure, Rule } from "../../kit/rules/model";
import { ruleOf, type Tree, treeOf } from "../../kit/rules/tree";

export type Formula =
  | { is: "figure"; figure: Figure }
  | { is: "since"; figure: Figure }
  | { is: "labels"; labels: { name: string; rule: Rule }[] };
export type Kind = Formula["is"];
export const KINDS: Kind[] = ["figure", "since", "labels"];

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
  labels: LabelDraft[];
}

let last = 0;

export function label(name = "", rule: Rule = { is: "all", rules: [] }): LabelDraft {
  last += 1;
  return { key: `l${last}`, name, tree: treeOf(rule) };
}

const ORDERS = figureOf("orders");
const LAST_ORDER = withMeasure(ORDERS, ofField({ how: "max" }, ["ordered_at"], "instant"));

export function draftOf(formula: Formula, about: { title?: string; description?: string; unit?: string } = {}): Draft {
  return {
    title: about.title ?? "", description: about.description ?? "", unit: about.unit ?? "", is: formula.is,
    figure: formula.is === "labels" ? ORDERS : formula.figure,
    labels: formula.is === "labels" ? formula.labels.map((one) => label(one.name, one.rule)) : [label()],
  };
}

export const NEW: Formula = { is: "figure", figure: ORDERS };

/** A draft of another kind; days are counted since a time. */
export function ofKind(draft: Draft, is: Kind): Draft {
  const isTime = ["instant", "date"].includes(typeOf(draft.figure));
  return { ...draft, is, figure: is === "since" && !isTime ? LAST_ORDER : draft.figure };
}

export function formulaOf({ is, figure, labels }: Draft): Formula {
  return is === "labels" ? { is, labels: labels.map(({ name, tree }) => ({ name: name.trim(), rule: ruleOf(tree) })) } : { is, figure };
}

/** Whether nothing is left to be filled in. */
export function isWhole({ is, figure, labels }: Draft): boolean {
  if (is === "labels") return labels.length > 0 && labels.every((one) => one.name.trim() !== "" && gapsOf(one.tree).size === 0);
  return gapsOf(treeOf({ is: "measured", figure, test: { is: "present" } })).size === 0;
}
