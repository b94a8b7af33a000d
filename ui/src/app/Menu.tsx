/** The main menu: groups of lists and pages; folded, it shows the groups' icons alone. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";

import { menu } from "../api/queries";
import { Icon, type IconName, isIcon } from "../kit/icons";
import { Go } from "../kit/layout";
import { useMe } from "../kit/session";
import { useWords } from "../kit/words";
import { type MenuGroup, menuOf } from "./menu";
import { PAGES } from "./registry";

export function Menu({ path, isFolded, onFold }: { path: string; isFolded: boolean; onFold: () => void }) {
  const t = useWords();
  const { name } = useMe();
  const groups = useMenu();
  const here = standing(groups, path);
  const nav = useRef<HTMLElement>(null);
  // A long menu shows where one is.
  useEffect(() => {
    if (here) nav.current?.querySelector(".k-here")?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <nav ref={nav} className="k-menu" aria-label={t("shell.menu")}>
      <div className="k-brand">
        <span className="k-logo" aria-hidden="true" />
        <span className="k-brand-name" title={name}>
          {name}
        </span>
      </div>
      <div className="k-menu-groups">
        {groups.map((group) => (
          <Group key={group.name} group={group} here={here} isFolded={isFolded} />
        ))}
      </div>
      <button type="button" className="k-fold" aria-label={t(isFolded ? "shell.unfold" : "shell.fold")} onClick={onFold}>
        <Icon name={isFolded ? "unfold" : "fold"} /> <span>{t("shell.fold")}</span>
      </button>
    </nav>
  );
}

/** What the menu holds for this person. */
export function useMenu(): MenuGroup[] {
  const { data } = useSuspenseQuery(menu);
  return useMemo(() => menuOf(data, PAGES), [data]);
}

/** The entry under whose address the page stands: the closest, for a page of its own may lie under a list. */
function standing(groups: MenuGroup[], path: string): string {
  const above = groups.flatMap((group) => group.entries).filter((one) => path === one.to || path.startsWith(`${one.to}/`));
  return above.reduce((closest, one) => (one.to.length > closest.length ? one.to : closest), "");
}

function Group({ group, here, isFolded }: { group: MenuGroup; here: string; isFolded: boolean }) {
  const { title } = group;
  const isHere = group.entries.some((one) => one.to === here);
  const [first] = group.entries;
  const icon: IconName = isIcon(group.name) ? group.name : "data";
  if (!first) return null;
  if (isFolded || (group.entries.length === 1 && first.title === title)) {
    return (
      <Go to={first.to} title={title} className={isHere ? "k-menu-item k-here" : "k-menu-item"}>
        <Icon name={icon} />
        <span>{title}</span>
      </Go>
    );
  }
  return (
    <section aria-label={title}>
      <h2>
        <Icon name={icon} /> {title}
      </h2>
      <ul>
        {group.entries.map((one) => (
          <li key={one.to}>
            <Go to={one.to} className={one.to === here ? "k-menu-item k-here" : "k-menu-item"}>
              <span>{one.title}</span>
            </Go>
          </li>
        ))}
      </ul>
    </section>
  );
}
