/** What a list is asked: filters and order, as the address keeps them. */
import type { Between, Days, Filter, Filters, FilterValue, Range, Section, Ways } from "../../api/queries";
import { isTree } from "../../api/trees";

/** The part of an address that says what a list shows. */
export interface ListPlace {
  /** Filters by name. */
  f?: Filters;
  /** Order, as the server takes it. */
  o?: string;
  /** Key of the row whose preview is open. */
  open?: string;
  /** Folder that this came from. */
  folder?: string;
}

/** Read a place from an address that anybody may have written. */
export function placeOf(raw: Record<string, unknown>): ListPlace {
  return { f: filtersOf(raw["f"]), o: text(raw["o"]), open: text(raw["open"]), folder: text(raw["folder"]) };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value ? value : undefined;
}

function filtersOf(raw: unknown): Filters | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  const kept = Object.entries(raw).filter((pair): pair is [string, FilterValue] => isValue(pair[1]));
  return kept.length ? Object.fromEntries(kept) : undefined;
}

function isValue(value: unknown): value is FilterValue {
  if (typeof value === "string" || typeof value === "boolean") return true;
  return isTree(value) || isRange(value) || isDays(value) || isBetween(value) || isWay(value);
}

/** What is asked for by a way beyond a plain value. */
export function isWay(value: unknown): value is Ways {
  if (!isRecord(value) || Object.keys(value).length !== 1) return false;
  const [way, said] = Object.entries(value)[0] ?? [];
  if (way === "empty") return typeof said === "boolean";
  if (way === "any") return Array.isArray(said) && said.length > 0 && said.every((one) => typeof one === "string");
  return (way === "begins" || way === "contains") && typeof said === "string";
}

/** Days, or amounts of a currency, between two ends. */
export function isBetween(value: unknown): value is Between {
  return isRecord(value) && Object.keys(value).length > 0 && Object.entries(value).every(([end, at]) => ["from", "to", "currency"].includes(end) && typeof at === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isDays(value: unknown): value is Days {
  return (
    typeof value === "object" && value !== null && "days" in value &&
    Object.entries(value).every(([part, count]) => (part === "days" || part === "before") && Number.isInteger(count))
  );
}

export function isRange(value: unknown): value is Range {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.entries(value).every(([end, at]) => (end === "from" || end === "to") && typeof at === "number")
  );
}

/** The filters that the section knows; others an old address may hold are left out. */
export function known(section: Section, filters: Filters): Filters {
  const names = new Set(section.filters.map((one) => one.name));
  return Object.fromEntries(Object.entries(filters).filter(([name]) => names.has(name)));
}

/** The same filters with one changed; null takes it away. */
export function withFilter(filters: Filters, name: string, value: FilterValue | null): Filters | undefined {
  const { [name]: _, ...others } = filters;
  const next = value === null ? others : { ...others, [name]: value };
  return Object.keys(next).length ? next : undefined;
}

/** The wanted order where every filter that is asked goes with it, else none: the server takes one that fits. */
export function orderFor(section: Section, filters: Filters, order: string | undefined): string {
  if (!order || !section.orders.some((one) => one.name === order)) return "";
  // What is asked for beyond a plain value goes with every order.
  return section.filters.every((one) => !(one.name in filters) || isWay(filters[one.name]) || fits(one, order)) ? order : "";
}

function fits(filter: Filter, order: string): boolean {
  return filter.orders.length === 0 || filter.orders.includes(order.replace(/^-/, ""));
}

/** The order that a click on a column's head asks for, or null where the column cannot be ordered by. */
export function nextOrder(section: Section, column: string, order: string): string | null {
  const ways = section.orders.map((one) => one.name).filter((name) => name.replace(/^-/, "") === column);
  if (ways.length === 0) return null;
  const at = ways.indexOf(order);
  return ways[(at + 1) % ways.length] ?? null;
}

/** The order that holds: the asked one, else the section's first. */
export function holding(section: Section, order: string): string {
  return order || (section.orders[0]?.name ?? "");
}
