/** Fields of the things that conditions are on. In: a thing and a path. Out: parts of the vocabulary, terms as paths. */
import type { What } from "./model";
import type { Part, Term } from "./vocabulary";

/** What a condition looks at. `of` is the event as type:name, or the kind of records. */
export interface Thing {
  sort: "event" | "order" | "order_row" | "line" | "item" | "record" | "object";
  of: string;
}

const PARTS: Record<Thing["sort"], Part[]> = {
  event: ["properties", "event_fields"], order: ["order_fields"], order_row: ["order_fields"], line: ["line_fields"], item: ["item_fields"], record: ["record_fields"], object: [],
};

export const ORDER: Thing = { sort: "order", of: "" };
/** An order of a list, which can be asked for one of its lines. */
export const ORDER_ROW: Thing = { sort: "order_row", of: "" };
export const LINE: Thing = { sort: "line", of: "" };
export const ITEM: Thing = { sort: "item", of: "" };
export const OBJECT: Thing = { sort: "object", of: "" };

export function partsOf(thing: Thing): Part[] {
  return PARTS[thing.sort];
}

/** An event by what is asked of it; its properties are those of the first name. */
export function eventOf(what: What | undefined): Thing {
  const [name = ""] = what?.names ?? [];
  return { sort: "event", of: name ? `${what?.types?.[0] ?? "track"}:${name}` : "" };
}

/** The path of a term; null where it lies inside of a list, into which no path leads. */
export function pathOf(part: Part, name: string): string[] | null {
  if (name.includes("[]")) return null;
  if (part === "properties") return ["properties", ...name.split(".")];
  return part === "event_fields" ? name.split(".") : [name];
}

/** The path of a name that a person wrote. */
export function writtenPath(thing: Thing, name: string): string[] {
  const parts = name.split(".").map((one) => one.trim()).filter(Boolean);
  if (thing.sort === "event") return ["properties", ...parts];
  return thing.sort === "object" ? parts : [isOrder(thing) && !name.startsWith("other.") ? `other.${name.trim()}` : name.trim()];
}

function isOrder(thing: Thing): boolean {
  return thing.sort === "order" || thing.sort === "order_row";
}

const LINES: Term = { name: "lines", title: { en: "Lines", ru: "Позиции" }, type: "items" };

/** Fields that things have beside those of the vocabulary. */
export function besides(thing: Thing): Term[] {
  return thing.sort === "order_row" ? [LINES] : [];
}

/** What an item of a list is that stands in a field. */
export function itemOf(thing: Thing, path: string[]): Thing {
  return thing.sort === "order_row" && path[0] === LINES.name ? LINE : OBJECT;
}

export function keyOf(path: string[]): string {
  return path.length ? JSON.stringify(path) : "";
}

/** A path as it is shown where no term tells its title. */
export function shownPath(path: string[]): string {
  return path.slice(path[0] === "properties" || path[0] === "derived" ? 1 : 0).join(".");
}

export interface FieldTerm {
  key: string;
  path: string[];
  term: Term;
}

export function fieldTerms(part: Part, terms: Term[]): FieldTerm[] {
  return terms.flatMap((term) => {
    const path = pathOf(part, term.name);
    return path ? [{ key: keyOf(path), path, term }] : [];
  });
}
