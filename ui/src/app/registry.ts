/** What features give, gathered: a feature is known by its folder alone. */
import type { Lists, ListExtra, Page } from "../kit/page";

const pageFiles = import.meta.glob<Page[]>("../features/*/pages.ts", { eager: true, import: "default" });
const listFiles = import.meta.glob<Lists>("../features/*/lists.{ts,tsx}", { eager: true, import: "default" });

export const PAGES: Page[] = Object.values(pageFiles).flat();
export const LISTS: Lists = Object.assign({}, ...Object.values(listFiles)) as Lists;

const NOTHING: ListExtra = {};

export function extraOf(section: string): ListExtra {
  return LISTS[section] ?? NOTHING;
}
