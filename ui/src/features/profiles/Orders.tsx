/** The orders of a person, and what they come to. */
import { useInfiniteQuery } from "@tanstack/react-query";

import { Button, Empty, Failure, Figure, Mark, Money, Table, Time, type Tone, useWords, Waiting } from "../../kit";
import { orders, type Profile } from "./api";

const TONES: Record<string, Tone> = { received: "good", paid: "good", cancelled: "bad", returned: "bad", partly_returned: "warn" };

export function Orders({ one }: { one: Profile }) {
  const t = useWords();
  const list = useInfiniteQuery(orders(one.id));
  if (list.error && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Waiting />;
  const items = list.data.pages.flatMap((page) => page.items);
  if (!items.length) return <Empty title={t("profiles.orders.empty")}>{t("profiles.orders.empty_text")}</Empty>;
  return (
    <div className="k-stack">
      {one.orders.map((sum) => (
        <div key={sum.currency} className="k-figures">
          <Figure name={t("profiles.orders.net")} value={<Money amount={sum.net} currency={sum.currency} />} note={t("profiles.figures.purchases", { count: sum.purchases })} />
          <Figure name={t("profiles.orders.gross")} value={<Money amount={sum.gross} currency={sum.currency} />} />
          <Figure name={t("profiles.orders.cancelled")} value={<Money amount={sum.cancelled} currency={sum.currency} />} />
          <Figure name={t("profiles.orders.returned")} value={<Money amount={sum.returned} currency={sum.currency} />} />
          <Figure name={t("profiles.orders.largest")} value={<Money amount={sum.largest} currency={sum.currency} />} />
        </div>
      ))}
      <Table
        label={t("profiles.tabs.orders")} items={items} keyOf={(order) => order.number}
        columns={[
          { key: "number", title: t("profiles.orders.number"), show: (order) => order.number },
          { key: "at", title: t("profiles.orders.at"), show: (order) => <Time at={order.ordered_at} /> },
          { key: "status", title: t("profiles.orders.status"), show: (order) => <Mark tone={TONES[order.stage] ?? "plain"}>{order.stage ? t(`profiles.stages.${order.stage}`) : order.status}</Mark> },
          { key: "net", title: t("profiles.orders.net"), isNumber: true, show: (order) => <Money amount={order.net} currency={order.currency} /> },
          { key: "gross", title: t("profiles.orders.gross"), isNumber: true, show: (order) => <Money amount={order.gross} currency={order.currency} /> },
          { key: "store", title: t("profiles.orders.store"), show: (order) => order.store || "—" },
        ]}
      />
      {list.hasNextPage && (
        <div><Button onClick={() => void list.fetchNextPage()} isBusy={list.isFetchingNextPage}>{t("kit.list.more")}</Button></div>
      )}
    </div>
  );
}
