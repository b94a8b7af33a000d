/** The first page: what is left to set up, how much comes, and what needs a person. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, type Answer, got, here } from "../../api/client";
import { Failure, Figure, PageBody, PageHead, useFormat, useMe, useWords, Waiting } from "../../kit";
import { Imports, Problems, Running, Sources } from "./Attention";
import { Linked } from "./Linked";
import { Hours, Newcomers } from "./Plots";
import { Quarantine, rejectedOf } from "./Quarantine";
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
  return (
    <>
      <Steps steps={view.steps} />
      <div className="k-figures">
        <People people={view.people} />
        <Flow flow={view.flow} />
      </div>
      <div className="k-grid-2">
        {view.flow && <Hours />}
        {view.people && <Newcomers />}
        <Problems problems={view.problems} />
        <Sources sources={view.sources} />
        <Quarantine flow={view.flow} />
        <Running jobs={view.running} />
        <Imports imports={view.imports} />
      </div>
    </>
  );
}

function People({ people }: { people: HomeView["people"] }) {
  const t = useWords();
  const format = useFormat();
  if (!people) return null;
  const about = (count: number) => (people.is_about ? t("home.about", { number: format.number(count) }) : format.number(count));
  const fresh = (count: number) => (people.is_more ? t("home.more_than", { number: format.number(count) }) : format.number(count));
  return (
    <>
      <Figure name={t("home.known")} value={<Linked to="people">{about(people.known)}</Linked>} note={t("home.new_day", { number: fresh(people.known_day) })} />
      <Figure name={t("home.everybody")} value={<Linked to="profiles">{about(people.everybody)}</Linked>} note={t("home.new_day", { number: fresh(people.new_day) })} />
    </>
  );
}

function Flow({ flow }: { flow: HomeView["flow"] }) {
  const t = useWords();
  const format = useFormat();
  if (!flow) return null;
  const rejected = rejectedOf(flow);
  return (
    <>
      <Figure
        name={t("home.waiting")} value={<Linked to="status">{format.number(flow.waiting_events)}</Linked>} tone={flow.writer_lag_ms > LATE_MS ? "warn" : "plain"}
        note={flow.writer_lag_ms >= 1000 ? t("home.behind", { length: format.length(flow.writer_lag_ms) }) : t("home.in_step")}
      />
      <Figure
        name={t("home.rejected")} value={<Linked to="quarantine">{format.number(rejected)}</Linked>} tone={rejected ? "warn" : "plain"}
        note={rejected ? t("home.look") : t("home.clean")}
      />
    </>
  );
}
