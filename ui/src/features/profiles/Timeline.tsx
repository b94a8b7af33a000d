/** Everything that happened to a person, the latest first, day by day. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { Button, Empty, Failure, Go, Json, Mark, Note, NothingFound, Refusal, SelectMany, TextField, useFormat, useMay, useSay, useWords, Waiting } from "../../kit";
import { type Fact, type Moment, momentOf, type Profile, timeline, useChanges } from "./api";
import { Near } from "./Near";

const ROBOT = 1;
const STAFF = 2;
const TEST = 4;

/** Pixels of a line, before it was painted. */
const LINE = 30;

const PLATFORM = ["consent", "edit", "tag", "note", "order", "record", "product_list", "merge", "cut", "never", "allow"];

export function Timeline({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const [kinds, setKinds] = useState<string[]>([]);
  const { at } = useSearch({ strict: false }) as { at?: string };
  const moment = momentOf(at);
  const list = useInfiniteQuery(timeline(one.id, kinds, moment));
  const pages = list.data?.pages ?? [];
  const options = useMemo(() => {
    const counted = one.basics.by_name.map((event) => event.name);
    return [...new Set([...counted, ...PLATFORM.map((type) => `$${type}`)])].map((name) => ({ value: name, label: name.startsWith("$") ? t(`profiles.facts.${name.slice(1)}`) : name }));
  }, [one.basics.by_name, t]);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return (
    <div className="k-stack">
      <SelectMany label={t("profiles.timeline.kinds")} isLabelHidden placeholder={t("profiles.timeline.kinds")} values={kinds} onChange={setKinds} options={options} />
      {may("profiles.write") && <NoteLine one={one} />}
      {moment && <Since one={one} moment={moment} />}
      {list.error && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : !list.data ? <Waiting /> : !pages.some((page) => page.items.length) ? (
        kinds.length ? <NothingFound onClear={() => setKinds([])} /> : <Empty title={t("profiles.timeline.empty")}>{t("profiles.timeline.empty_text")}</Empty>
      ) : <div>{pages.map((page, n) => <Near key={page.items[0]?.position ?? `page ${n}`} height={page.items.length * LINE}><Days facts={page.items} after={pages[n - 1]?.items.at(-1)?.time} shown={moment?.position} /></Near>)}</div>}
      {isFetchNextPageError ? <Failure error={list.error} onRetry={() => void fetchNextPage()} /> : hasNextPage && <End onSeen={more} isBusy={isFetchingNextPage} />}
    </div>
  );
}

/** The end of what is there: the next page is fetched before it comes into sight, or by its button. */
function End({ onSeen, isBusy }: { onSeen: () => void; isBusy: boolean }) {
  const t = useWords();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    // The last of the changes that gathered while the page was busy is what stands.
    const watch = new IntersectionObserver((told) => told.at(-1)?.isIntersecting && onSeen(), { root: place.current.closest("main"), rootMargin: "600px" });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [onSeen]);
  return <div ref={place}><Button onClick={onSeen} isBusy={isBusy}>{t("kit.list.more")}</Button></div>;
}

/** Says that the latest are left out, and leads to them. */
function Since({ one, moment }: { one: Profile; moment: Moment }) {
  const t = useWords();
  const format = useFormat();
  return (
    <Note title={t("profiles.timeline.since", { at: format.exact(moment.time) })}>
      <Go to={`/profiles/${one.id}`} search={{ tab: "timeline" }}>{t("profiles.timeline.latest")}</Go>
    </Note>
  );
}

function NoteLine({ one }: { one: Profile }) {
  const t = useWords();
  const say = useSay();
  const { note } = useChanges(one.id);
  const [text, write] = useState("");
  const save = () =>
    note.mutate(text.trim(), {
      onSuccess: ({ applied }) => {
        write("");
        say(t(applied ? "profiles.notes.done" : "profiles.notes.waiting"));
      },
    });
  return (
    <div className="k-row k-note-line">
      <TextField label={t("profiles.notes.text")} isLabelHidden placeholder={t("profiles.notes.text")} value={text} onChange={write} most={4000} onEnter={() => text.trim() && save()} />
      <Button onClick={save} isBusy={note.isPending} isDisabled={!text.trim()}>{t("profiles.notes.save")}</Button>
      <Refusal error={note.error} />
    </div>
  );
}

/** The facts of one page, day by day; a day that the page before began goes on without its head. */
const Days = memo(function Days({ facts, after, shown }: { facts: Fact[]; after: number | undefined; shown: number | undefined }) {
  const format = useFormat();
  const days = new Map<string, Fact[]>();
  for (const fact of facts) {
    const day = format.day(fact.time);
    const own = days.get(day);
    if (own) own.push(fact);
    else days.set(day, [fact]);
  }
  const begun = after === undefined ? "" : format.day(after);
  return [...days].map(([day, own]) => (
    <section key={day} aria-label={day}>
      {day !== begun && <h3 className="k-day">{day}</h3>}
      <ul className="k-timeline">
        {own.map((fact) => <Line key={fact.position} fact={fact} isShown={fact.position === shown} />)}
      </ul>
    </section>
  ));
});

const Line = memo(function Line({ fact, isShown }: { fact: Fact; isShown: boolean }) {
  const t = useWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(isShown);
  const page = `/events/${fact.id}`;
  const details = { ...fact.properties, ...(Object.keys(fact.attributes).length ? { attributes: fact.attributes } : {}) };
  return (
    <li aria-current={isShown || undefined}>
      <Go to={page} className="k-soft k-num" title={t("profiles.timeline.open", { at: format.exact(fact.time) })}><time dateTime={new Date(fact.time).toISOString()}>{format.clock(fact.time)}</time></Go>
      <div>
        <button type="button" className="k-plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <b>{spoken(t, titleOf(fact))}</b> <span className="k-soft">{gist(fact, format.money)}</span>
        </button>
        {marks(fact).map((word) => <Mark key={word}>{t(`profiles.marks.${word}`)}</Mark>)}
        {isOpen && <><Json text={JSON.stringify(details)} /><Go to={page}>{t("profiles.timeline.page")}</Go></>}
      </div>
    </li>
  );
});

/** Name of an event, type of any other fact. */
function titleOf(fact: Fact): string {
  return fact.name && fact.type !== fact.name ? fact.name : fact.type;
}

const TYPES = new Set([...PLATFORM, "identify", "page", "screen", "group", "alias", "erase"]);

function spoken(t: (key: string) => string, title: string): string {
  return TYPES.has(title) ? t(`profiles.facts.${title}`) : title;
}

function marks(fact: Fact): string[] {
  return [fact.marks & ROBOT ? "robot" : "", fact.marks & STAFF ? "staff" : "", fact.marks & TEST ? "test" : ""].filter(Boolean);
}

/** What says most of an event in a few words: the sum, the product, the page. */
function gist(fact: Fact, money: (amount: number | string, currency: string) => string): string {
  const { properties: said } = fact;
  const text = (name: string) => (typeof said[name] === "string" || typeof said[name] === "number" ? String(said[name]) : "");
  const sum = text("revenue") || text("total") || text("value");
  const parts = [fact.type === "note" && text("text"), sum && money(sum, text("currency")), text("order_id") || text("orderId"), text("name") || text("title"), text("sku") || text("product_id"), text("path") || text("url")];
  return parts.filter(Boolean).slice(0, 3).join(" · ");
}
