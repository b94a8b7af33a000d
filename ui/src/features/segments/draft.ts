/** A segment as it is edited. In: a segment or a definition. Out: a draft, and what is sent of it. */
import type { Definition } from "../../kit/rules/model";
import { gapsOf } from "../../kit/rules/gaps";
import { ruleOf, type Tree, treeOf } from "../../kit/rules/tree";
import type { Segment } from "./api";

export interface Draft {
  name: string;
  description: string;
  folder: string;
  tags: string[];
  people: "known" | "all";
  since: number | null;
  entry: Tree;
  exit: Tree | null;
}

export const NEW: Definition = { entry: { is: "all", rules: [] } };

export function draftOf(definition: Definition, about: Partial<Pick<Segment, "name" | "description" | "folder" | "tags">> = {}): Draft {
  return {
    name: about.name ?? "", description: about.description ?? "", folder: about.folder ?? "", tags: about.tags ?? [],
    people: definition.people ?? "known", since: definition.since ?? null,
    entry: treeOf(definition.entry), exit: definition.exit ? treeOf(definition.exit) : null,
  };
}

export function definitionOf({ entry, exit, people, since }: Draft): Definition {
  return {
    entry: ruleOf(entry),
    ...(exit && { exit: ruleOf(exit), since: since ?? 0 }),
    ...(people === "all" && { people }),
  };
}

/** A draft with a rule for leaving, which decides from now on; or without one. */
export function withExit(draft: Draft, isThere: boolean): Draft {
  if (!isThere) return { ...draft, exit: null, since: null };
  return { ...draft, exit: treeOf({ is: "any", rules: [] }), since: draft.since ?? Date.now() };
}

/** Keys of rows that are still to be filled in. */
export function gaps({ entry, exit }: Draft): Set<string> {
  return new Set([...gapsOf(entry), ...(exit ? gapsOf(exit) : [])]);
}

/** Whether people can be counted before the segment is saved: with a rule for leaving, the whole history decides. */
export function isCountable(draft: Draft): boolean {
  return draft.exit === null;
}
