/** What needs a person, what runs, and what was imported last. */
import { Go, Mark, Panel, Progress, said, Table, Time, useFormat, useSection, useWords } from "../../kit";
import type { HomeView } from "./Home";
import { Linked } from "./Linked";

export function Problems({ problems }: { problems: HomeView["problems"] }) {
  const t = useWords();
  if (!problems) return null;
  return (
    <Panel title={t("home.problems")} extra={problems.length > 0 && <Go to="/problems">{t("home.all")}</Go>}>
      {problems.length === 0 && <div className="k-soft">{t("home.no_problems")}</div>}
      <ul className="k-lines">
        {problems.map((one) => (
          <li key={one.key}>
            <Mark tone={one.severity === "problem" ? "bad" : "warn"}>{t(`home.severity.${one.severity}`)}</Mark>
            <div>
              <div>{said(one.what)}</div>
              <div className="k-hint">{said(one.to_do)}</div>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Sources({ sources }: { sources: HomeView["sources"] }) {
  const t = useWords();
  const format = useFormat();
  if (!sources) return null;
  return (
    <Panel title={t("home.sources")} extra={<Go to="/sources">{t("home.all")}</Go>}>
      <Table
        label={t("home.sources")} items={sources} keyOf={(one) => one.id} empty={t("home.sources_well")}
        columns={[
          { key: "name", title: t("home.source"), show: (one) => <Linked to="sources" record={one.id}>{one.name}</Linked> },
          { key: "last", title: t("home.last_event"), show: (one) => (one.is_silent ? <Mark tone="warn">{t("home.silent")}</Mark> : <Time at={one.last} isAgo />) },
          { key: "rejected", title: t("home.rejected_day"), isNumber: true, show: (one) => <Linked to="quarantine" filters={{ source: one.id }}>{format.number(one.rejected_day)}</Linked> },
        ]}
      />
    </Panel>
  );
}

export function Running({ jobs }: { jobs: HomeView["running"] }) {
  const t = useWords();
  if (!jobs || jobs.length === 0) return null;
  return (
    <Panel title={t("home.running")} extra={<Go to="/jobs">{t("home.all")}</Go>}>
      <ul className="k-lines">
        {jobs.map((one) => (
          <li key={one.id}>
            <div className="k-wide">
              <div>{said(one.title)}</div>
              <Progress label={said(one.title)} share={one.total ? one.done / one.total : null} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Imports({ imports }: { imports: HomeView["imports"] }) {
  const t = useWords();
  const format = useFormat();
  const choices = useSection("imports")?.filters.find((one) => one.name === "state")?.choices ?? [];
  if (!imports || imports.length === 0) return null;
  return (
    <Panel title={t("home.imports")} extra={<Go to="/imports">{t("home.all")}</Go>}>
      <Table
        label={t("home.imports")} items={imports} keyOf={(one) => one.id}
        columns={[
          { key: "name", title: t("home.import"), show: (one) => <Linked to="imports" record={one.id}>{one.name}</Linked> },
          { key: "state", title: t("home.state"), show: (one) => said(choices.find((each) => each.value === one.state) ?? { en: one.state, ru: one.state }) },
          { key: "at", title: t("home.uploaded"), show: (one) => format.ago(one.created_at) },
        ]}
      />
    </Panel>
  );
}
