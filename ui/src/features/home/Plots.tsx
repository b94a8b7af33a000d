/** How much comes: events by hour, new people by day. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";

import { api, got, here } from "../../api/client";
import { Problem } from "../../api/problem";
import { Chart, Choice, Failure, Note, Panel, useTimesAlong, useWords, Waiting } from "../../kit";
import { Linked } from "./Linked";

const SPANS = { days2: 48, week: 168 } as const;
const HOURS_EVERY_MS = 60_000;
const DAYS_EVERY_MS = 300_000;

type Span = keyof typeof SPANS;

function hoursOf(span: Span) {
  const query = { hours: SPANS[span] };
  return queryOptions({
    queryKey: ["home-hours", span],
    refetchInterval: HOURS_EVERY_MS,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/home/hours", { params: { path: here, query }, signal })),
  });
}

const newcomers = queryOptions({
  queryKey: ["home-newcomers"],
  refetchInterval: DAYS_EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/home/newcomers", { params: { path: here }, signal })),
});

/** Events of the last hours; the address keeps for how long. */
export function Hours() {
  const t = useWords();
  const times = useTimesAlong("hour");
  const navigate = useNavigate();
  const span: Span = (useSearch({ strict: false }) as { events?: unknown }).events === "week" ? "week" : "days2";
  const { data, error, refetch } = useQuery(hoursOf(span));
  const along = useMemo(() => data?.map((one) => one.at) ?? [], [data]);
  const series = useMemo(() => [{ name: t("home.events"), values: data?.map((one) => one.events) ?? [] }], [data, t]);
  const choose = (next: Span) => void navigate({ to: ".", search: next === "week" ? { events: next } : {}, replace: true } as unknown as { to: "." });
  const options = [{ value: "days2" as const, label: t("home.span_short") }, { value: "week" as const, label: t("home.span_long") }];
  return (
    <Panel
      title={t("home.hours")}
      extra={
        <div className="k-row">
          <Choice label={t("home.span")} value={span} options={options} onChange={choose} />
          <Linked to="events">{t("home.all")}</Linked>
        </div>
      }
    >
      <Drawn data={data} error={error} onRetry={() => void refetch()}>
        <Chart label={t("home.hours")} kind="bar" along={along} series={series} {...times} />
      </Drawn>
    </Panel>
  );
}

/** People who came new on each day: those who name a person by now, and the others above them. */
export function Newcomers() {
  const t = useWords();
  const times = useTimesAlong("day");
  const { data, error, refetch } = useQuery(newcomers);
  const along = useMemo(() => data?.days.map((one) => one.at) ?? [], [data]);
  const series = useMemo(() => {
    const days = data?.days ?? [];
    return [
      { name: t("home.newly_known"), values: days.map((one) => one.known) },
      { name: t("home.newly_unknown"), values: days.map((one) => one.everybody - one.known), hue: 7 },
    ];
  }, [data, t]);
  return (
    <Panel title={t("home.newcomers")} extra={<Linked to="profiles">{t("home.all")}</Linked>}>
      <Drawn data={data} error={error} onRetry={() => void refetch()}>
        <Chart label={t("home.newcomers")} kind="bar" isStacked along={along} series={series} {...times} />
        {data?.is_more && <p className="k-hint">{t("home.newcomers_more")}</p>}
      </Drawn>
    </Panel>
  );
}

interface DrawnProps {
  data: unknown;
  error: unknown;
  onRetry: () => void;
  children: ReactNode;
}

/** What was plotted last stays in sight; only where nothing ever came is it said why. */
function Drawn({ data, error, onRetry, children }: DrawnProps) {
  const t = useWords();
  if (data) return children;
  if (error instanceof Problem && error.isPassing && error.status !== 0) return <Note tone="warn">{t("home.restarting")}</Note>;
  return error ? <Failure error={error} onRetry={onRetry} /> : <Waiting lines={8} />;
}
