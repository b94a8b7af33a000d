/** The computed attributes of a person, each with the formula that it is made by, true for the instant that stands there. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { Go, Mark, Panel, said, Table, Time, TypedValue, useMay, useWords, Weights } from "../../kit";
import type { Profile } from "./api";

type Value = Answer<"/api/{workspace}/profiles/{profile}/computed">["values"][number];

const computedOf = (id: string) =>
  queryOptions({
    queryKey: ["profile", id, "computed"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}/computed", { params: { path: { ...here, profile: id } }, signal })),
  });

export function Computed({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const { data } = useQuery({ ...computedOf(one.id), enabled: may("segments.read") });
  if (!data?.values.length) return null;
  return (
    <Panel title={t("computed.all")} extra={<span className="k-soft"><Time at={data.instant} /></span>}>
      <Table
        label={t("computed.all")} items={data.values} keyOf={(value) => value.key}
        columns={[
          { key: "name", title: t("profiles.attributes.name"), width: 240, show: (value) => <Go to={`/computed/${value.key}`}>{value.title}</Go> },
          { key: "value", title: t("profiles.attributes.value"), width: 180, show: (value) => <><Shown value={value} /><Weights weights={value.weights} currency={value.weights_in} /></> },
          { key: "origin", title: t("profiles.attributes.origin"), width: 130, show: () => <Mark tone="plain">{t("computed.card.origin")}</Mark> },
          { key: "how", title: t("computed.card.how"), show: (value) => <span className="k-hint">{said(value.summary)}</span> },
        ]}
      />
    </Panel>
  );
}

function Shown({ value: { is_ready: isReady, ...value } }: { value: Value }) {
  const t = useWords();
  if (!isReady) return <span className="k-soft">{t("computed.card.not_ready")}</span>;
  return <TypedValue {...value} />;
}
