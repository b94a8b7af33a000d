/** How the workspace is: figures, sources, what stands in the way. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";
import { Failure, Figure, Go, Need, Note, Num, PageBody, PageHead, Panel, Table, Time, useFormat, useMe, useWords, Waiting } from "../../kit";

const EVERY_MS = 10_000;
const LATE_MS = 60_000;

const status = queryOptions({
  queryKey: ["status"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/status", { params: { path: here }, signal })),
});

export default function Home() {
  const { name } = useMe();
  return (
    <PageBody>
      <PageHead title={name} />
      <Need right="events.read">
        <State />
      </Need>
    </PageBody>
  );
}

function State() {
  const t = useWords();
  const format = useFormat();
  const { data, error, refetch } = useQuery(status);
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const rejected = Object.values(data.quarantine).reduce((sum, count) => sum + count, 0);
  const isLate = data.writer_lag_ms > LATE_MS;
  return (
    <>
      <div className="k-figures">
        <Figure name={t("home.events")} value={<Num value={data.events} />} />
        <Figure name={t("home.profiles")} value={<Num value={data.profiles} />} note={t("home.known", { number: format.number(data.known_profiles) })} />
        <Figure
          name={t("home.waiting")} value={<Num value={data.waiting_events} />} tone={isLate ? "warn" : "plain"}
          note={data.writer_lag_ms >= 1000 ? t("home.behind", { length: format.length(data.writer_lag_ms) }) : t("home.in_step")}
        />
        <Figure
          name={t("home.rejected")} value={<Num value={rejected} />} tone={rejected ? "warn" : "plain"}
          note={rejected ? <Go to="/quarantine">{t("home.look")}</Go> : t("home.clean")}
        />
      </div>
      {!data.is_history_there && <Note tone="warn">{t("home.restarting")}</Note>}
      <Panel title={t("home.sources")}>
        <Table
          label={t("home.sources")} items={data.sources} keyOf={(one) => one.id} empty={t("home.no_sources")}
          columns={[
            { key: "name", title: t("home.source"), show: (one) => one.name },
            { key: "last", title: t("home.last_event"), show: (one) => (one.last_event_at === null ? t("home.never") : <Time at={one.last_event_at} isAgo />) },
          ]}
        />
      </Panel>
    </>
  );
}
