/** The main menu: which group each list and page stands in, and what the caller may see of it. */
import type { Right, Section } from "../api/queries";
import { type Group, GROUPS, type Page } from "../kit/page";
import { said, type Words } from "../kit/words";

/** Where the lists that the server declares stand; one that is not here stands at the end of the data. */
const PLACES: Record<string, [Group, number]> = {
  people: ["customers", 10],
  visitors: ["customers", 20],
  profiles: ["customers", 30],
  consents: ["customers", 40],
  product_lists: ["customers", 50],
  merges: ["customers", 60],
  identity_refusals: ["customers", 70],
  marketing_sources: ["advertising", 10],
  orders: ["data", 10],
  events: ["data", 20],
  products: ["data", 30],
  stores: ["data", 40],
  feeds: ["data", 50],
  related_records: ["data", 60],
  sources: ["data", 70],
  imports: ["data", 80],
  exports: ["data", 90],
  dictionary_events: ["data", 100],
  dictionary_attributes: ["data", 110],
  quarantine: ["data", 120],
  identifier_kinds: ["data", 130],
  users: ["settings", 10],
  invitations: ["settings", 20],
  tokens: ["settings", 30],
  audit: ["settings", 40],
  jobs: ["settings", 50],
  problems: ["settings", 60],
};
const LAST: [Group, number] = ["data", 1000];

export interface MenuEntry {
  to: string;
  title: string;
  order: number;
}

export interface MenuGroup {
  name: Group;
  entries: MenuEntry[];
}

/** The groups that hold something for the caller, with their entries in order. */
export function menuOf(sections: Section[], pages: Page[], may: (right: Right) => boolean, t: Words): MenuGroup[] {
  const entries = new Map<Group, MenuEntry[]>(GROUPS.map((name) => [name, []]));
  for (const page of pages) {
    if (!page.menu || (page.right && !may(page.right))) continue;
    entries.get(page.menu.group)?.push({ to: `/${page.path}`, title: t(page.title), order: page.menu.order });
  }
  const taken = new Set([...entries.values()].flat().map((one) => one.to));
  for (const section of sections) {
    const [group, order] = PLACES[section.name] ?? LAST;
    if (!taken.has(`/${section.name}`)) entries.get(group)?.push({ to: `/${section.name}`, title: said(section), order });
  }
  return GROUPS.map((name) => ({ name, entries: (entries.get(name) ?? []).toSorted((a, b) => a.order - b.order) })).filter(
    (one) => one.entries.length > 0,
  );
}
