/** The segments that the person is in, since when, and the way to the reason. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";
import { Empty, Failure, Go, Panel, Table, Time, useWords, Waiting } from "../../kit";
import type { Profile } from "./api";

const segmentsOf = (id: string) =>
  queryOptions({
    queryKey: ["profile", id, "segments"],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/profiles/{profile}/segments", { params: { path: { ...here, profile: id } }, signal })),
  });

export function Segments({ one }: { one: Profile }) {
  const t = useWords();
  const { data, error, refetch } = useQuery(segmentsOf(one.id));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (!data.segments.length) return <Empty title={t("segment_lists.person.empty")}>{t("segment_lists.person.empty_text")}</Empty>;
  return (
    <Panel title={t("profiles.tabs.segments")} extra={<span className="k-soft"><Time at={data.instant} /></span>}>
      <Table
        label={t("profiles.tabs.segments")} items={data.segments} keyOf={(stay) => stay.segment.key}
        columns={[
          { key: "segment", title: t("segment_lists.person.segment"), show: (stay) => <Go to={`/segments/${stay.segment.key}`}>{stay.segment.name}</Go> },
          { key: "since", title: t("segment_lists.person.since"), width: 200, show: (stay) => <Time at={stay.since} /> },
          { key: "brought", title: t("segment_lists.person.brought"), width: 160, show: (stay) => t(stay.position ? "segment_lists.person.by_fact" : "segment_lists.person.by_time") },
          { key: "why", title: "", width: 110, show: (stay) => <Go to={`/segments/${stay.segment.key}`} search={{ tab: "why", profile: one.id }}>{t("segment_lists.person.why")}</Go> },
        ]}
      />
    </Panel>
  );
}
