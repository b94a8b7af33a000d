/** The main menu as the server resolves it for the caller: lists, and those pages that the console has. */
import type { Answer } from "../api/client";
import type { Page } from "../kit/page";
import { said } from "../kit/words";

export type Menu = Answer<"/api/{workspace}/console/menu">;

export interface MenuEntry {
  to: string;
  title: string;
}

export interface MenuGroup {
  name: string;
  title: string;
  entries: MenuEntry[];
}

/** The groups that hold something, with their entries in order. */
export function menuOf(menu: Menu, pages: Page[]): MenuGroup[] {
  return menu.groups
    .map((group) => ({
      name: group.name,
      title: said(group),
      entries: group.items.flatMap((one) => {
        const to = addressOf(one, pages);
        return to === null ? [] : [{ to, title: said(one) }];
      }),
    }))
    .filter((one) => one.entries.length > 0);
}

/** Where a list or a page of the server's words stands; null for a page that the console does not have. */
export function addressOf(item: { name: string; kind: "section" | "page" }, pages: Page[]): string | null {
  const page = pages.find((one) => one.name === item.name);
  if (page) return `/${page.path}`;
  return item.kind === "section" ? `/${item.name}` : null;
}
