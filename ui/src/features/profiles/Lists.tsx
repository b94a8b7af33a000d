/** What stands in the person's cart, among the viewed, favourite and bought products. */
import { useQuery } from "@tanstack/react-query";

import { Empty, Failure, Mark, Money, Num, Panel, Table, Time, useWords, Waiting } from "../../kit";
import { said } from "../../kit/words";
import { type Profile, productLists } from "./api";

export function Lists({ one }: { one: Profile }) {
  const t = useWords();
  const { data, error, refetch } = useQuery(productLists(one.id));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (!data.lists.length) return <Empty title={t("profiles.lists.empty")}>{t("profiles.lists.empty_text")}</Empty>;
  return data.lists.map((list) => (
    <Panel key={list.summary.name} title={said(list)} extra={list.summary.sums.map((sum) => <Money key={sum.currency} amount={sum.sum} currency={sum.currency} />)}>
      <Table
        label={said(list)} items={list.items} keyOf={(item) => `${item.product} ${item.variant}`}
        columns={[
          { key: "product", title: t("profiles.lists.product"), show: (item) => <>{item.now?.name || item.product} <span className="k-hint">{item.now?.name ? [item.product, item.variant].filter(Boolean).join(" · ") : item.variant}</span> {item.now && !item.now.available && <Mark tone="warn">{t("profiles.lists.gone")}</Mark>}</> },
          { key: "quantity", title: t("profiles.lists.quantity"), isNumber: true, show: (item) => <Num value={item.quantity} /> },
          { key: "price", title: t("profiles.lists.price"), isNumber: true, show: (item) => <Money amount={item.price} currency={item.currency} /> },
          { key: "since", title: t("profiles.lists.since"), show: (item) => <Time at={item.first_at} /> },
          { key: "last", title: t("profiles.lists.last"), show: (item) => <Time at={item.last_at} isAgo /> },
        ]}
      />
    </Panel>
  ));
}
