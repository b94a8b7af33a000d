/** A rule as rows of sentences in nested groups. In: a tree. Out: the tree as it is changed.

Rows are moved, copied and deleted by the keyboard, too; keys go by their place, so that they work in any layout.
*/
import { createContext, type KeyboardEvent, memo, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Icon } from "../icons";
import { MenuButton } from "../overlay";
import { useWords } from "../words";
import { AddMenu } from "./AddMenu";
import { Drop, Word } from "./bits";
import { LeafEdit } from "./Leaf";
import type { Leaf, Rule } from "./model";
import "./rules.css";
import { append, changeItem, duplicate, find, type Group, isGroup, isNegated, type Item, move, remove, type Tree, unwrap, type Way, wrap } from "./tree";
import { NotToggle } from "./WhereBlock";

/** What is to be said of a row, by its key. */
export interface Said {
  faults: ReadonlyMap<string, string[]>;
  /** What becomes of people without what a row asks for. */
  notes?: ReadonlyMap<string, ReactNode>;
  /** How many people a row or a group holds for. */
  counts?: ReadonlyMap<string, ReactNode>;
}

interface EditorProps extends Said {
  label: string;
  tree: Tree;
  /** `part` names what changes: quick changes of one part are one step back. */
  onChange: (tree: Tree, part?: string) => void;
}

interface Acts extends Said {
  change: (key: string, change: (item: Item) => Item, part?: string) => void;
  add: (group: string, rule: Rule) => void;
  act: (key: string, act: RowAct) => void;
}
type RowAct = Way | "copy" | "delete" | "wrap" | "unwrap";

const ActsContext = createContext<Acts | null>(null);

function useActs(): Acts {
  const acts = use(ActsContext);
  if (!acts) throw new Error("A row stands outside of its editor.");
  return acts;
}

export function RuleEditor({ label, tree, onChange, faults, notes, counts }: EditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<{ key: string; inside: boolean } | null>(null);
  useEffect(() => {
    const row = wanted && box.current?.querySelector(`[data-rule="${wanted.key}"]`);
    row?.querySelector<HTMLElement>(wanted?.inside ? ".r-body input, .r-body button" : ".r-handle button")?.focus();
  }, [wanted]);
  const latest = useRef({ tree, onChange });
  useEffect(() => {
    latest.current = { tree, onChange };
  });
  // It stays the same, so that a change of one row draws no other one anew.
  const change = useCallback<Acts["change"]>((key, changed, part) => {
    const now = latest.current;
    now.onChange(changeItem(now.tree, key, changed), part);
  }, []);
  const acts = useMemo<Acts>(
    () => ({
      faults, notes, counts, change,
      add: (group, rule) => {
        const [next, key] = append(tree, group, rule);
        onChange(next);
        setWanted({ key, inside: true });
      },
      act: (key, act) => {
        const [next, focused] = acted(tree, key, act);
        if (next !== tree) onChange(next);
        setWanted({ key: focused, inside: false });
      },
    }),
    [tree, onChange, faults, notes, counts, change],
  );
  const press = (event: KeyboardEvent) => {
    const key = (event.target as HTMLElement).closest<HTMLElement>("[data-rule]")?.dataset["rule"];
    const act = key && key !== tree.root.key && find(tree.root, key) ? pressed(event) : null;
    if (!act || !key) return;
    event.preventDefault();
    acts.act(key, act);
  };
  return (
    <ActsContext value={acts}>
      {/* Keys that bubble from the controls of a row move the row. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div ref={box} className="r-editor" role="group" aria-label={label} onKeyDown={press}>
        <GroupRow item={tree.root} body={tree.root.body} isRoot />
      </div>
    </ActsContext>
  );
}

const WAYS: Record<string, Way> = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

/** What a key means: Alt and an arrow moves, Ctrl+D copies, Delete on the handle deletes. */
function pressed(event: KeyboardEvent): RowAct | null {
  if (event.altKey && !event.ctrlKey && !event.metaKey) return WAYS[event.code] ?? null;
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyD") return "copy";
  const isHandle = (event.target as HTMLElement).closest(".r-handle") !== null;
  return isHandle && (event.code === "Delete" || event.code === "Backspace") ? "delete" : null;
}

/** The tree after an act, and the row that has the focus then. */
function acted(tree: Tree, key: string, act: RowAct): [Tree, string] {
  if (act === "copy") return duplicate(tree, key);
  if (act === "wrap") return [wrap(tree, key), key];
  if (act === "unwrap") return [unwrap(tree, key), tree.root.key];
  return act === "delete" ? [remove(tree, key), neighbour(tree.root, key) ?? tree.root.key] : [move(tree, key, act), key];
}

/** The row that takes the place of one that goes. */
function neighbour(item: Item, key: string): string | null {
  if (!isGroup(item.body)) return null;
  const index = item.body.items.findIndex((one) => one.key === key);
  if (index >= 0) return (item.body.items[index + 1] ?? item.body.items[index - 1] ?? item).key;
  return item.body.items.map((one) => neighbour(one, key)).find((one) => one !== null) ?? null;
}

const Sentence = memo(LeafEdit);

function Row({ item, number }: { item: Item; number: string }) {
  const { body } = item;
  return isGroup(body) ? <GroupRow item={item} body={body} number={number} /> : <LeafRow item={item} number={number} />;
}

function LeafRow({ item, number }: { item: Item; number: string }) {
  const t = useWords();
  const { change } = useActs();
  const { body, key } = item;
  const put = useCallback((leaf: Leaf) => change(key, (one) => ({ ...one, body: leaf }), key), [change, key]);
  if (isGroup(body)) return null;
  return (
    <div className={isNegated(item) ? "r-leaf r-negated" : "r-leaf"} data-rule={item.key} role="group" aria-label={t("rules.row", { number })}>
      <Handle item={item} number={number} />
      <Negation item={item} number={number} />
      <div className="r-body">
        <Sentence leaf={body} onChange={put} />
        <Below itemKey={item.key} />
      </div>
      <Count itemKey={item.key} />
    </div>
  );
}

function GroupRow({ item, body, number = "", isRoot = false }: { item: Item; body: Group; number?: string; isRoot?: boolean }) {
  const t = useWords();
  const { change, add } = useActs();
  const label = isRoot ? t("rules.whole") : t("rules.group", { number });
  const join = (is: Group["is"]) => change(item.key, (one) => ({ ...one, body: { ...(one.body as Group), is } }));
  return (
    <div className={isRoot ? "r-group r-root" : isNegated(item) ? "r-group r-negated" : "r-group"} data-rule={item.key} role="group" aria-label={label}>
      <div className="r-group-head">
        {!isRoot && <Handle item={item} number={number} />}
        <Negation item={item} number={label} />
        <Word>{t("rules.holds")}</Word>
        <Drop label={t("rules.join_of", { what: label })} value={body.is} options={(["all", "any"] as const).map((one) => ({ value: one, label: t(`rules.group_joins.${one}`) }))} onChange={join} />
        <Count itemKey={item.key} />
      </div>
      <div className="r-items">
        {body.items.length === 0 && <p className="k-soft">{t(isRoot && body.is === "all" ? "rules.nobody_excluded" : "rules.empty_group")}</p>}
        {body.items.map((one, index) => (
          <div key={one.key} className="r-item">
            {index > 0 && <span className="r-joint">{t(`rules.joints.${body.is}`)}</span>}
            <Row item={one} number={number ? `${number}.${index + 1}` : String(index + 1)} />
          </div>
        ))}
        <Below itemKey={item.key} />
        <div className="r-row">
          <AddMenu onAdd={(rule) => add(item.key, rule)} />
          <button type="button" className="r-add" onClick={() => add(item.key, { is: body.is === "all" ? "any" : "all", rules: [] })}>
            <Icon name="add" /> {t("rules.add_group")}
          </button>
        </div>
      </div>
    </div>
  );
}

function Negation({ item, number }: { item: Item; number: string }) {
  const t = useWords();
  const { change } = useActs();
  const turn = () => change(item.key, (one) => ({ ...one, nots: isNegated(one) ? one.nots - 1 : one.nots + 1 }));
  return <NotToggle isOn={isNegated(item)} label={t("rules.not_row", { number })} onChange={turn} />;
}

/** The menu of a row; the keys that move it work from here, too. */
function Handle({ item, number }: { item: Item; number: string }) {
  const t = useWords();
  const { act } = useActs();
  const is = isGroup(item.body);
  const items = [
    { key: "copy", label: t("rules.acts.copy"), icon: "copy" as const, onClick: () => act(item.key, "copy") },
    { key: "up", label: t("rules.acts.up"), icon: "up" as const, onClick: () => act(item.key, "up") },
    { key: "down", label: t("rules.acts.down"), icon: "down" as const, onClick: () => act(item.key, "down") },
    { key: "wrap", label: t("rules.acts.wrap"), icon: "segments" as const, onClick: () => act(item.key, "wrap") },
    ...(is && item.nots === 0 ? [{ key: "unwrap", label: t("rules.acts.unwrap"), icon: "segments" as const, onClick: () => act(item.key, "unwrap") }] : []),
    { key: "delete", label: t("rules.acts.delete"), icon: "delete" as const, isDangerous: true, onClick: () => act(item.key, "delete") },
  ];
  return <span className="r-handle"><MenuButton kind="quiet" isSmall icon="drag" label={t("rules.acts_of", { number })} items={items} /></span>;
}

function Below({ itemKey }: { itemKey: string }) {
  const { faults, notes } = useActs();
  const found = faults.get(itemKey);
  if (found) return <ul className="r-faults" role="alert">{found.map((one) => <li key={one}>{one}</li>)}</ul>;
  const note = notes?.get(itemKey);
  return note ? <div className="k-hint">{note}</div> : null;
}

function Count({ itemKey }: { itemKey: string }) {
  const { counts } = useActs();
  const count = counts?.get(itemKey);
  return count ? <span className="r-count">{count}</span> : null;
}
