/** The first page: what is left to set up, how much comes, and what needs a person. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, type Answer, got, here } from "../../api/client";
import { Chart, Failure, Figure, Note, Num, PageBody, PageHead, Panel, useFormat, useMe, useTimesAlong, useWords, Waiting, Go } from "../../kit";
import { Imports, Problems, Running, Sources } from "./Attention";
import { Steps } from "./Steps";

export type HomeView = Answer<"/api/{workspace}/home">;

const EVERY_MS = 20_000;
const LATE_MS = 60_000;

const home = queryOptions({
  queryKey: ["home"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/home", { params: { path: here }, signal })),
});

export default function Home() {
  const { name } = useMe();
  const { data, error, refetch } = useQuery(home);
  return (
    <PageBody>
      <PageHead title={name} />
      {data ? <Everything view={data} /> : error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting />}
    </PageBody>
  );
}

function Everything({ view }: { view: HomeView }) {
  const t = useWords();
  return (
    <>
      <Steps steps={view.steps} />
      <div className="k-figures">
        <People people={view.people} />
        <Flow flow={view.flow} />
      </div>
      <div className="k-grid-2">
        {view.hours && (
          <Panel title={t("home.hours")}>
            <Hours hours={view.hours} />
          </Panel>
        )}
        {view.flow && !view.hours && <Note tone="warn">{t("home.restarting")}</Note>}
        <Problems problems={view.problems} />
        <Sources sources={view.sources} />
        <Running jobs={view.running} />
        <Imports imports={view.imports} />
      </div>
    </>
  );
}

function Hours({ hours }: { hours: NonNullable<HomeView["hours"]> }) {
  const t = useWords();
  const times = useTimesAlong("hour");
  const series = useMemo(() => [{ name: t("home.events"), values: hours.map((one) => one.events) }], [hours, t]);
  return <Chart label={t("home.hours")} kind="bar" along={hours.map((one) => one.at)} series={series} {...times} />;
}

function People({ people }: { people: HomeView["people"] }) {
  const t = useWords();
  const format = useFormat();
  if (!people) return null;
  const about = (count: number) => (people.is_about ? t("home.about", { number: format.number(count) }) : format.number(count));
  const fresh = (count: number) => (people.is_more ? t("home.more_than", { number: format.number(count) }) : format.number(count));
  return (
    <>
      <Figure name={t("home.known")} value={about(people.known)} note={t("home.new_day", { number: fresh(people.known_day) })} />
      <Figure name={t("home.everybody")} value={about(people.everybody)} note={t("home.new_day", { number: fresh(people.new_day) })} />
    </>
  );
}

function Flow({ flow }: { flow: HomeView["flow"] }) {
  const t = useWords();
  const format = useFormat();
  if (!flow) return null;
  const rejected = Object.values(flow.quarantine).reduce((sum, count) => sum + count, 0);
  return (
    <>
      <Figure
        name={t("home.waiting")} value={<Num value={flow.waiting_events} />} tone={flow.writer_lag_ms > LATE_MS ? "warn" : "plain"}
        note={flow.writer_lag_ms >= 1000 ? t("home.behind", { length: format.length(flow.writer_lag_ms) }) : t("home.in_step")}
      />
      <Figure
        name={t("home.rejected")} value={<Num value={rejected} />} tone={rejected ? "warn" : "plain"}
        note={rejected ? <Go to="/quarantine">{t("home.look")}</Go> : t("home.clean")}
      />
    </>
  );
}
