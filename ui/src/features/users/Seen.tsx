/** What people of a role see: the menu as it will stand for them. */
import { useQuery } from "@tanstack/react-query";

import { Failure, Panel, said, useWords, Waiting } from "../../kit";
import { wholeMenu } from "./api";

export function Seen({ role, rights }: { role: string; rights: readonly string[] }) {
  const t = useWords();
  const { data, error, refetch } = useQuery(wholeMenu(role));
  const groups = data ? groupsFor(data, rights) : [];
  return (
    <Panel title={t("users.seen.title")}>
      <p className="k-soft k-below">{t("users.seen.text")}</p>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={4} /> : (
        <div className="k-seen">
          {groups.map((group) => (
            <section key={group.name} aria-label={said(group)}>
              <h3>{said(group)}</h3>
              <ul>{group.items.map((item) => <li key={item.name}>{said(item)}</li>)}</ul>
            </section>
          ))}
        </div>
      )}
    </Panel>
  );
}

interface Item {
  name: string;
  en: string;
  ru: string;
  right: string | null;
}

interface Arranged {
  groups: { name: string; items?: unknown[] }[];
  hidden: string[];
  known: { name: string; en: string; ru: string; items: Item[] }[];
}

/** The arranged groups, then what nobody has placed where the product puts it; without what the rights do not open. */
export function groupsFor(menu: Arranged, rights: readonly string[]): { name: string; en: string; ru: string; items: Item[] }[] {
  const items = new Map(menu.known.flatMap((group) => group.items.map((item) => [item.name, item] as const)));
  const words = new Map(menu.known.map((group) => [group.name, group]));
  const placed = new Set([...menu.groups.flatMap((group) => group.items ?? []), ...menu.hidden].map(String));
  const arranged = menu.groups.map((group) => ({ name: group.name, items: (group.items ?? []).map(String) }));
  for (const group of menu.known) {
    const rest = group.items.map((item) => item.name).filter((name) => !placed.has(name));
    const there = arranged.find((one) => one.name === group.name);
    if (there) there.items.push(...rest);
    else if (rest.length) arranged.push({ name: group.name, items: rest });
  }
  return arranged.flatMap((group) => {
    const known = words.get(group.name);
    const open = group.items.flatMap((name) => items.get(name) ?? []).filter((item) => item.right === null || rights.includes(item.right));
    return known && open.length ? [{ name: group.name, en: known.en, ru: known.ru, items: open }] : [];
  });
}
