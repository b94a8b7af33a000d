/** What the card of several people would be, were they one: whose value of each attribute stays, and the sums. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";
import { Failure, Figure, Mark, Money, Num, Panel, Table, useWords, Waiting } from "../../kit";
import type { Profile } from "./api";
import { AttributeValue } from "./AttributeValue";
import { useAttributeNames, useKindNames } from "./names";

const foreseen = (ids: string[]) =>
  queryOptions({
    queryKey: ["merged", ...ids],
    queryFn: ({ signal }) => got(api.POST("/api/{workspace}/profiles/merged", { params: { path: here }, body: { people: ids }, signal })),
  });

export function MergedCard({ people }: { people: Profile[] }) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const kindName = useKindNames();
  const { data, error, refetch } = useQuery(foreseen(people.map((one) => one.id)));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting lines={4} />;
  const held = Object.entries(data.attributes);
  const others = (name: string, value: unknown) =>
    [...new Map(people.flatMap((one) => (one.attributes[name] ? [[JSON.stringify(one.attributes[name].value), one.attributes[name].value] as const] : []))).entries()]
      .filter(([key]) => key !== JSON.stringify(value))
      .map(([key, lost]) => ({ key, lost }));
  return (
    <Panel title={t("profiles.merged.title")}>
      <div className="k-stack">
        <div className="k-figures">
          {data.orders.map((sum) => (
            <Figure key={sum.currency} name={t("profiles.figures.net")} value={<Money amount={sum.net} currency={sum.currency} />} note={t("profiles.figures.purchases", { count: sum.purchases })} />
          ))}
          <Figure name={t("profiles.figures.events")} value={<Num value={data.events} />} note={t("profiles.figures.visits", { count: data.visits })} />
        </div>
        <p className="k-row">{data.identifiers.map((id) => <span key={`${id.kind} ${id.value}`}><Mark>{kindName(id.kind)}</Mark> {id.value}</span>)}</p>
        {data.tags.length > 0 && <p className="k-row">{data.tags.map((tag) => <Mark key={tag} tone="accent">{tag}</Mark>)}</p>}
        <Table
          label={t("profiles.merged.title")} items={held} keyOf={([name]) => name} empty={t("profiles.attributes.empty")}
          columns={[
            { key: "name", title: t("profiles.attributes.name"), show: ([name]) => nameOf(name) },
            { key: "value", title: t("profiles.merged.stays"), show: ([, one]) => <b><AttributeValue value={one.value} /></b> },
            { key: "lost", title: t("profiles.merged.goes"), show: ([name, one]) => others(name, one.value).map(({ key, lost }) => <div key={key} className="k-soft"><AttributeValue value={lost} /></div>) },
          ]}
        />
      </div>
    </Panel>
  );
}
