/** The customer who is open: orders, consents, and how long that holds. */
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { Button, Mark, Money, Num, PageBody, PageHead, Panel, Table, Time, type Tone, useWords } from "../../kit";
import { type Opened, type Order, orders } from "./api";
import { Consents } from "./Consents";
import { Refused } from "./Refused";

const SECOND = 1_000;
const SOON = 60;
const TONES: Record<string, Tone> = { received: "good", paid: "good", cancelled: "bad", returned: "bad", partly_returned: "warn" };

export function Serving({ opened, onNext, onOver }: { opened: Opened; onNext: () => void; onOver: () => void }) {
  const t = useWords();
  const { person, opening } = opened;
  const left = useSecondsLeft(person.until);
  useEffect(() => {
    if (left <= 0) onOver();
  }, [left, onOver]);
  return (
    <PageBody>
      <PageHead
        title={person.name || t("desk.unnamed")} mark={<Mark tone="good">{t("desk.verified")}</Mark>}
        note={<span className={left < SOON ? "k-tone-warn" : undefined}>{t("desk.left", { time: clock(left) })}</span>}
        actions={<Button kind="main" icon="check" title="Alt+N" onClick={onNext}>{t("desk.done")}</Button>}
      />
      <Orders opening={opening} first={person.orders} />
      <Consents opening={opening} first={person.consents} />
    </PageBody>
  );
}

function Orders({ opening, first }: { opening: string; first: Opened["person"]["orders"] }) {
  const t = useWords();
  const [pages, setPages] = useState([first]);
  const next = pages.at(-1)?.next ?? null;
  const more = useMutation({ mutationFn: () => orders(opening, next ?? ""), onSuccess: (page) => setPages([...pages, page]) });
  const items = pages.flatMap((page) => page.items);
  return (
    <Panel title={t("desk.orders")}>
      {items.length === 0 ? <p className="k-soft">{t("desk.no_orders_text")}</p> : (
        <Table
          label={t("desk.orders")} items={items} keyOf={(order) => order.number}
          columns={[
            { key: "number", title: t("desk.number"), show: (order) => order.number },
            { key: "at", title: t("desk.ordered"), show: (order) => <Time at={order.ordered_at} /> },
            { key: "status", title: t("desk.status"), show: (order) => <Stage order={order} /> },
            { key: "lines", title: t("desk.lines"), show: (order) => <Lines order={order} /> },
            { key: "net", title: t("desk.sum"), isNumber: true, show: (order) => <Money amount={order.net} currency={order.currency} /> },
            { key: "store", title: t("desk.store"), show: (order) => order.store || "—" },
          ]}
        />
      )}
      {more.error && <Refused error={more.error} />}
      {next !== null && <Button onClick={() => more.mutate()} isBusy={more.isPending}>{t("kit.list.more")}</Button>}
    </Panel>
  );
}

function Stage({ order }: { order: Order }) {
  const t = useWords();
  if (!order.stage && !order.status) return "—";
  return <><Mark tone={TONES[order.stage] ?? "plain"}>{order.stage ? t(`desk.stages.${order.stage}`) : order.status}</Mark> <span className="k-hint"><Time at={order.stage_at} isAgo /></span></>;
}

function Lines({ order }: { order: Order }) {
  const t = useWords();
  if (!order.lines.length) return "—";
  return (
    <ul className="k-plain-list">
      {order.lines.map((line) => (
        <li key={line.id}>
          {line.name} × <Num value={line.quantity} /> <span className="k-soft"><Money amount={line.total} currency={order.currency} /></span>
          {Number(line.returned) > 0 && <> <Mark tone="warn">{t("desk.returned")} <Num value={line.returned} /></Mark></>}
        </li>
      ))}
    </ul>
  );
}

/** Whole seconds until an instant, every second anew. */
function useSecondsLeft(until: number): number {
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const ticking = setInterval(() => set(Date.now()), SECOND);
    return () => clearInterval(ticking);
  }, []);
  return Math.max(0, Math.ceil((until - now) / SECOND));
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
