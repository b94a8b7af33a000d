/** Actions on rows: the server says which, features give their dialogs, and only those that have one are offered. */
import { useNavigate } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useState } from "react";

import type { Action, Row, Section } from "../../api/queries";
import { Button } from "../controls";
import { MenuButton } from "../overlay";
import type { ActionProps, Every, ListExtra } from "../page";
import { said, useWords } from "../words";

type Loader = () => Promise<{ default: ComponentType<object> }>;

const loaded = new Map<Loader, ComponentType<object>>();

/** The component behind a loader; the same each time, so that it keeps its state. */
export function lazily<Props>(load: () => Promise<{ default: ComponentType<Props> }>): ComponentType<Props> {
  const key = load as unknown as Loader;
  const made = loaded.get(key) ?? lazy(key);
  loaded.set(key, made);
  return made as unknown as ComponentType<Props>;
}

/** The actions of a kind that can be done here. */
export function offered(section: Section, extra: ListExtra, on: Action["on"]): Action[] {
  return section.actions.filter(
    (one) => one.on === on && (extra.actions?.[one.name] !== undefined || (on === "none" && extra.pages?.[one.name] !== undefined)),
  );
}

interface Doing {
  action: Action;
  rows: Row[];
  every?: Every;
}

/** Begin an action, and the dialog of the one that is being done. */
export function useActions(section: Section, extra: ListExtra, onChanged: () => void) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const navigate = useNavigate();
  const begin = (action: Action, rows: Row[], every?: Every) => {
    const page = extra.pages?.[action.name];
    if (page && rows.length === 0) void navigate({ to: page } as unknown as { to: "/" });
    else setDoing({ action, rows, ...(every && { every }) });
  };
  const load = doing && extra.actions?.[doing.action.name];
  const Shown = load ? lazily<ActionProps>(load) : null;
  const dialog = doing && Shown && (
    <Suspense>
      <Shown
        section={section} rows={doing.rows} {...(doing.every && { every: doing.every })}
        onDone={(isChanged) => {
          setDoing(null);
          if (isChanged) onChanged();
        }}
      />
    </Suspense>
  );
  return { begin, dialog };
}

export type Begin = ReturnType<typeof useActions>["begin"];

/** What makes a row: the first action as a button, the others behind it. */
export function MakeButtons({ actions, begin }: { actions: Action[]; begin: Begin }) {
  const t = useWords();
  const [first, ...others] = actions;
  if (!first) return null;
  return (
    <>
      {others.length > 0 && (
        <MenuButton icon="more" label={t("kit.list.other_actions")} items={others.map((one) => ({ key: one.name, label: said(one), onClick: () => begin(one, []) }))} />
      )}
      <Button kind="main" icon="add" onClick={() => begin(first, [])}>
        {said(first)}
      </Button>
    </>
  );
}

/** What is done to the whole list and makes no row. */
export function WholeButtons({ actions, begin }: { actions: Action[]; begin: Begin }) {
  return actions.map((one) => <Button key={one.name} onClick={() => begin(one, [])}>{said(one)}</Button>);
}

interface BulkProps {
  section: Section;
  extra: ListExtra;
  rows: Row[];
  /** The whole question, where it is what is chosen. */
  every: Every | null;
  /** Chooses the whole question; null where the page shows it all. */
  onEvery: (() => void) | null;
  total: string;
  begin: Begin;
  onExport: (() => void) | null;
  onClear: () => void;
}

/** What can be done to the chosen rows, at the foot of the list. */
export function BulkBar(props: BulkProps) {
  const { section, extra, rows, every, onEvery, total, begin, onExport, onClear } = props;
  const t = useWords();
  const many = offered(section, extra, "many");
  const some = [...many, ...(rows.length === 1 ? offered(section, extra, "one") : [])];
  const actions = every ? many.filter((one) => extra.every?.includes(one.name)) : some;
  if (rows.length === 0) return null;
  return (
    <div className="k-bulk" role="region" aria-label={t("kit.list.chosen_actions")}>
      <b aria-live="polite">{every ? (total ? t("kit.list.chosen_every", { total }) : t("kit.list.chosen_every_bare")) : t("kit.list.chosen", { count: rows.length })}</b>
      {!every && onEvery && (
        <Button kind="link" isSmall onClick={onEvery}>
          {total ? t("kit.list.choose_every", { total }) : t("kit.list.choose_every_bare")}
        </Button>
      )}
      {actions.map((one) => (
        <Button key={one.name} isSmall onClick={() => (every ? begin(one, [], every) : begin(one, rows))}>
          {said(one)}
        </Button>
      ))}
      {onExport && (
        <Button isSmall icon="download" onClick={onExport}>
          {t("kit.export.open")}
        </Button>
      )}
      <Button kind="quiet" isSmall icon="close" onClick={onClear}>
        {t("kit.list.choose_none")}
      </Button>
    </div>
  );
}
