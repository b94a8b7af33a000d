/** Everything that happened to a person, the latest first, day by day. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { Button, Empty, Failure, Json, Mark, SelectMany, useFormat, useWords, Waiting } from "../../kit";
import { type Fact, type Profile, timeline } from "./api";

const ROBOT = 1;
const STAFF = 2;
const TEST = 4;

export function Timeline({ one }: { one: Profile }) {
  const t = useWords();
  const [kinds, setKinds] = useState<string[]>([]);
  const list = useInfiniteQuery(timeline(one.id));
  const facts = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const names = useMemo(() => [...new Set(facts.map(titleOf))].toSorted(), [facts]);
  if (list.error && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Waiting />;
  if (!facts.length) return <Empty title={t("profiles.timeline.empty")}>{t("profiles.timeline.empty_text")}</Empty>;
  const shown = kinds.length ? facts.filter((fact) => kinds.includes(titleOf(fact))) : facts;
  return (
    <div className="k-stack">
      <SelectMany label={t("profiles.timeline.kinds")} isLabelHidden placeholder={t("profiles.timeline.kinds")} values={kinds} onChange={setKinds} options={names.map((name) => ({ value: name, label: spoken(t, name) }))} />
      <Days facts={shown} />
      {list.hasNextPage && (
        <div><Button onClick={() => void list.fetchNextPage()} isBusy={list.isFetchingNextPage}>{t("kit.list.more")}</Button></div>
      )}
    </div>
  );
}

function Days({ facts }: { facts: Fact[] }) {
  const format = useFormat();
  const days = new Map<string, Fact[]>();
  for (const fact of facts) days.set(format.day(fact.time), [...(days.get(format.day(fact.time)) ?? []), fact]);
  return [...days].map(([day, own]) => (
    <section key={day} aria-label={day}>
      <h3 className="k-day">{day}</h3>
      <ul className="k-timeline">
        {own.map((fact) => <Line key={fact.position} fact={fact} />)}
      </ul>
    </section>
  ));
}

function Line({ fact }: { fact: Fact }) {
  const t = useWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const details = { ...fact.properties, ...(Object.keys(fact.attributes).length ? { attributes: fact.attributes } : {}) };
  return (
    <li>
      <time className="k-soft k-num" dateTime={new Date(fact.time).toISOString()} title={format.exact(fact.time)}>{format.clock(fact.time)}</time>
      <div>
        <button type="button" className="k-plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <b>{spoken(t, titleOf(fact))}</b> <span className="k-soft">{gist(fact, format.money)}</span>
        </button>
        {marks(fact).map((word) => <Mark key={word}>{t(`profiles.marks.${word}`)}</Mark>)}
        {isOpen && <Json text={JSON.stringify(details)} />}
      </div>
    </li>
  );
}

/** Name of an event, type of any other fact. */
function titleOf(fact: Fact): string {
  return fact.name && fact.type !== fact.name ? fact.name : fact.type;
}

const PLATFORM = new Set(["identify", "page", "screen", "group", "alias", "consent", "edit", "tag", "merge", "cut", "order", "record", "product_list", "never", "allow", "erase"]);

function spoken(t: (key: string) => string, title: string): string {
  return PLATFORM.has(title) ? t(`profiles.facts.${title}`) : title;
}

function marks(fact: Fact): string[] {
  return [fact.marks & ROBOT ? "robot" : "", fact.marks & STAFF ? "staff" : "", fact.marks & TEST ? "test" : ""].filter(Boolean);
}

/** What says most of an event in a few words: the sum, the product, the page. */
function gist(fact: Fact, money: (amount: number | string, currency: string) => string): string {
  const { properties: said } = fact;
  const text = (name: string) => (typeof said[name] === "string" || typeof said[name] === "number" ? String(said[name]) : "");
  const sum = text("revenue") || text("total") || text("value");
  const parts = [sum && money(sum, text("currency")), text("order_id") || text("orderId"), text("name") || text("title"), text("sku") || text("product_id"), text("path") || text("url")];
  return parts.filter(Boolean).slice(0, 3).join(" · ");
}
