/** Which columns a list shows, in which order, how wide, which stay in sight. */
import type { Column } from "../../api/queries";

export interface Place {
  name: string;
  width: number;
  isVisible: boolean;
  isPinned: boolean;
}

export const WIDTH_LEAST = 72;
export const WIDTH_MOST = 800;

/** How a section is shown until somebody arranges it. */
export function usual(columns: Column[]): Place[] {
  return columns.map(({ name, width, is_visible }) => ({ name, width, isVisible: is_visible, isPinned: false }));
}

/** What was kept, without columns that are gone and with those that came since, each after its neighbour. */
export function arranged(columns: Column[], kept: Place[] | null): Place[] {
  if (!kept) return usual(columns);
  const known = new Set(columns.map((one) => one.name));
  const places = kept.filter((one) => known.has(one.name));
  const placed = new Set(places.map((one) => one.name));
  usual(columns).forEach((one, index) => {
    if (placed.has(one.name)) return;
    const before = columns[index - 1]?.name;
    const at = places.findIndex((place) => place.name === before) + 1;
    places.splice(before === undefined ? 0 : at || places.length, 0, one);
    placed.add(one.name);
  });
  return places;
}

/** The columns in sight, pinned ones first. */
export function shown(places: Place[]): Place[] {
  const visible = places.filter((one) => one.isVisible);
  return [...visible.filter((one) => one.isPinned), ...visible.filter((one) => !one.isPinned)];
}

/** Names of the workspace's own columns in sight, whatever their order: their values are asked for with the rows. */
export function addedAmong({ columns }: { columns: Column[] }, places: Place[]): string[] {
  const added = new Set(columns.filter((one) => one.is_added).map((one) => one.name));
  return places.filter((one) => one.isVisible && added.has(one.name)).map((one) => one.name).toSorted();
}

/** The same places with the one at `from` moved to `to`. */
export function moved(places: Place[], from: number, to: number): Place[] {
  const next = [...places];
  const [one] = next.splice(from, 1);
  if (one) next.splice(Math.max(0, Math.min(next.length, to)), 0, one);
  return next;
}

export function changed(places: Place[], name: string, change: Partial<Place>): Place[] {
  return places.map((one) => (one.name === name ? { ...one, ...change } : one));
}

export function bounded(width: number): number {
  return Math.round(Math.max(WIDTH_LEAST, Math.min(WIDTH_MOST, width)));
}
