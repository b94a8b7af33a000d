/** Kinds of windows as a person chooses them. In: a window. Out: its kind, or a window of a kind to begin with. */
import type { Calendar, Window } from "./model";

/** `last` and `between` and `ago` are all rolling: without a near edge, with both, without a far one. */
export type WindowKind = "ever" | "last" | "between" | "ago" | "calendar" | "absolute" | "since";

/** Of what happened, of steps of a sequence, of an instant that is tested. */
export const WINDOWS: Record<"figure" | "plain" | "test", WindowKind[]> = {
  figure: ["ever", "last", "between", "calendar", "absolute", "since"],
  plain: ["ever", "last", "between", "calendar", "absolute"],
  test: ["last", "between", "ago", "calendar", "absolute", "ever"],
};

export function kindOf(window: Window): WindowKind {
  if (window.is !== "rolling") return window.is;
  if (!window.far) return "ago";
  return window.near && window.near.amount > 0 ? "between" : "last";
}

const DAY_MS = 86_400_000;

export function windowOf(kind: WindowKind, before: Window): Window {
  const held = before.is === "rolling" ? before : null;
  const far = held?.far ?? { amount: 30 };
  if (kind === "last") return { is: "rolling", far };
  if (kind === "between") return { is: "rolling", far, near: held?.near?.amount ? held.near : { amount: Math.max(1, Math.floor(far.amount / 2)), ...(far.unit && { unit: far.unit }) } };
  if (kind === "ago") return { is: "rolling", near: held?.near?.amount ? held.near : far };
  if (kind === "calendar") return { is: "calendar", unit: "month" };
  if (kind === "since") return { is: "since", what: {} };
  if (kind === "ever") return { is: "ever" };
  const end = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  return { is: "absolute", start: end - 30 * DAY_MS, end };
}

/** Which periods a calendar window takes. */
export type Reach = "present" | "before" | "next" | "own";

export function reachOf({ first = 0, last = 0 }: Calendar): Reach {
  if (first !== last) return "own";
  return first === 0 ? "present" : first === -1 ? "before" : first === 1 ? "next" : "own";
}

export function reached(window: Calendar, reach: Reach): Calendar {
  const { first: _first, last: _last, ...rest } = window;
  if (reach === "present") return rest;
  if (reach === "before") return { ...rest, first: -1, last: -1 };
  return reach === "next" ? { ...rest, first: 1, last: 1 } : { ...rest, first: -3, last: -1 };
}
