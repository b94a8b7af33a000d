/** How the installation is: what works, what is behind, what is kept and how much room is left, how old the backup is. */
import { queryOptions, useQuery } from "@tanstack/react-query";

import { type Answer, api, got, here } from "../../api/client";
import { Facts, Failure, Figure, Go, Mark, Note, Num, PageBody, PageHead, Panel, Progress, Table, Time, type Tone, useFormat, useWords, Waiting } from "../../kit";

import { Comparison } from "./Comparison";

type Installation = Answer<"/api/{workspace}/system">;
type Status = Answer<"/api/{workspace}/status">;

const EVERY_MS = 10_000;
const LATE_MS = 60_000;
const OLD_MS = 2 * 86_400_000;
const TONES: Record<Installation["parts"][number]["state"], Tone> = { ok: "good", slow: "warn", away: "bad" };

const installation = queryOptions({
  queryKey: ["system"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/system", { params: { path: here }, signal })),
});

const status = queryOptions({
  queryKey: ["status"],
  refetchInterval: EVERY_MS,
  queryFn: ({ signal }) => got(api.GET("/api/{workspace}/status", { params: { path: here }, signal })),
});

export default function System() {
  const t = useWords();
  const { data, dataUpdatedAt, error, refetch } = useQuery(installation);
  const flow = useQuery(status);
  return (
    <PageBody>
      <PageHead title={t("system.title")} note={t("system.note")} mark={data && <Whole parts={data.parts} />} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={10} /> : (
        <>
          <Figures one={data} />
          <div className="k-grid-2">
            <Parts parts={data.parts} />
            <Room one={data} />
            <Backups backup={data.backup} seenAt={dataUpdatedAt} />
            {flow.data && <Held one={flow.data} />}
            <Comparison />
          </div>
        </>
      )}
    </PageBody>
  );
}

function Whole({ parts }: { parts: Installation["parts"] }) {
  const t = useWords();
  const isWell = parts.every((one) => one.state === "ok");
  return <Mark tone={isWell ? "good" : "bad"}>{t(isWell ? "system.well" : "system.ill")}</Mark>;
}

function Figures({ one }: { one: Installation }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div className="k-figures">
      <Figure name={t("system.waiting")} value={<Num value={one.waiting_events} />} note={t("system.waiting_text")} />
      <Figure name={t("system.lag")} value={format.length(one.writer_lag_ms)} tone={one.writer_lag_ms > LATE_MS ? "warn" : "plain"} note={t("system.lag_text")} />
      <Figure name={t("system.sink")} value={<Num value={one.sink_lag_events} />} note={t("system.sink_text")} />
      <Figure name={t("system.free")} value={format.bytes(one.disk.free)} tone={one.disk.is_low ? "bad" : "plain"} note={t("system.of_disk", { total: format.bytes(one.disk.total) })} />
    </div>
  );
}

function Parts({ parts }: { parts: Installation["parts"] }) {
  const t = useWords();
  return (
    <Panel title={t("system.parts.title")}>
      <Table
        label={t("system.parts.title")} items={parts} keyOf={(one) => one.name}
        columns={[
          { key: "name", title: t("system.parts.part"), show: (one) => <><b>{t(`system.parts.names.${one.name}`)}</b><div className="k-hint">{t(`system.parts.does.${one.name}`)}</div></> },
          { key: "state", title: t("system.parts.state"), width: 140, show: (one) => <Mark tone={TONES[one.state]}>{t(`system.parts.states.${one.state}`)}</Mark> },
        ]}
      />
      {parts.some((one) => one.state === "away") && <Note tone="bad">{t("system.parts.away")}</Note>}
    </Panel>
  );
}

function Room({ one }: { one: Installation }) {
  const t = useWords();
  const format = useFormat();
  const used = one.disk.total > 0 ? 1 - one.disk.free / one.disk.total : 0;
  return (
    <Panel title={t("system.room.title")}>
      <Facts
        items={[
          { name: t("system.room.state"), value: format.bytes(one.state_bytes) },
          { name: t("system.room.history"), value: one.history_bytes === null ? t("system.room.unknown") : format.bytes(one.history_bytes) },
        ]}
      />
      <p className="k-soft">{t("system.room.disk", { used: format.percent(used) })}</p>
      <Progress label={t("system.room.disk", { used: format.percent(used) })} share={used} isFailed={one.disk.is_low} />
      {one.disk.is_low && <Note tone="bad">{t("system.room.low")}</Note>}
    </Panel>
  );
}

function Backups({ backup, seenAt }: { backup: Installation["backup"]; seenAt: number }) {
  const t = useWords();
  const isOld = backup.last_at !== null && seenAt - backup.last_at > OLD_MS;
  return (
    <Panel title={t("system.backup.title")} extra={<Go to="/schedules">{t("system.backup.schedules")}</Go>}>
      {!backup.is_set_up && <Note tone="warn" title={t("system.backup.none")}>{t("system.backup.set_up")}</Note>}
      {backup.fault && <Note tone="bad">{backup.fault}</Note>}
      {backup.is_set_up && !backup.fault && (
        <>
          {backup.last_at === null ? <Note tone="warn">{t("system.backup.never")}</Note> : isOld && <Note tone="warn">{t("system.backup.old")}</Note>}
          <Facts
            items={[
              { name: t("system.backup.last"), value: backup.last_at === null ? null : <><Time at={backup.last_at} /> (<Time at={backup.last_at} isAgo />)</> },
              { name: t("system.backup.next"), value: backup.next_at === null ? t("system.backup.no_schedule") : <Time at={backup.next_at} /> },
            ]}
          />
        </>
      )}
    </Panel>
  );
}

function Held({ one }: { one: Status }) {
  const t = useWords();
  const rejected = Object.values(one.quarantine).reduce((sum, count) => sum + count, 0);
  return (
    <Panel title={t("system.held.title")}>
      <Facts
        items={[
          { name: t("system.held.events"), value: <Num value={one.events} /> },
          { name: t("system.held.profiles"), value: <Num value={one.profiles} /> },
          { name: t("system.held.known"), value: <Num value={one.known_profiles} /> },
          { name: t("system.held.rejected"), value: rejected ? <Go to="/quarantine"><Num value={rejected} /></Go> : <Num value={0} /> },
        ]}
      />
    </Panel>
  );
}
