/** Events of a source as they come into the history, and those that are rejected. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Row } from "../../api/queries";
import { Button, Failure, Go, Icon, Json, Mark, Note, Panel, Table, TextField, Time, useMay, useWords } from "../../kit";
import { flow, latest } from "./api";

export function Live({ id }: { id: string }) {
  const t = useWords();
  const maySeeRejected = useMay()("quarantine.manage");
  const [isPaused, pause] = useState(false);
  const [text, setText] = useState("");
  const came = useQuery(latest("events", id, isPaused));
  const behind = useQuery(flow).data;
  const items = came.data?.items ?? [];
  const wanted = text.trim().toLowerCase();
  const shown = items.filter((one) => `${textOf(one, "name")} ${textOf(one, "type")} ${textOf(one, "identifiers")}`.toLowerCase().includes(wanted));
  return (
    <>
      <Panel
        title={t("sources.live.title")}
        extra={<Button isSmall onClick={() => pause(!isPaused)}>{t(isPaused ? "sources.live.go_on" : "sources.live.pause")}</Button>}
      >
        <div className="k-stack">
          <div role="status">
            {items.length > 0
              ? <Note tone="good">{t("sources.live.came")}</Note>
              : !came.error && <Note><Icon name="busy" spin={!isPaused} /> {t("sources.live.waiting")}</Note>}
          </div>
          {came.error && <Failure error={came.error} onRetry={() => void came.refetch()} />}
          <p className="k-hint">
            {t("sources.live.when")} {behind && t("sources.live.behind", { waiting: behind.waiting_events, unsealed: behind.sink_lag_events })}
          </p>
          {items.length > 0 && <TextField label={t("sources.live.find")} kind="search" value={text} onChange={setText} />}
          {items.length > 0 && <Events items={shown} />}
        </div>
      </Panel>
      {maySeeRejected && <Rejected id={id} isPaused={isPaused} />}
    </>
  );
}

function Events({ items }: { items: Row[] }) {
  const t = useWords();
  return (
    <Table
      label={t("sources.live.title")} items={items} keyOf={(one) => one.key} empty={t("sources.live.none_such")}
      columns={[
        { key: "time", title: t("sources.live.received"), width: 150, show: (one) => <Time at={Number(one.values["received_at"])} /> },
        { key: "name", title: t("sources.live.event"), width: 180, show: (one) => <><b>{textOf(one, "name")}</b> <Mark>{textOf(one, "type")}</Mark></> },
        { key: "person", title: t("sources.live.person"), width: 220, show: (one) => <Whose row={one} /> },
        { key: "properties", title: t("sources.live.properties"), show: (one) => <>{[textOf(one, "attributes"), textOf(one, "properties")].map((json, place) => json && <Json key={place ? "properties" : "attributes"} text={json} />)}</> },
      ]}
    />
  );
}

function Whose({ row }: { row: Row }) {
  const profile = textOf(row, "profile");
  const named = textOf(row, "identifiers") || profile;
  return profile ? <Go to={`/profiles/${profile}`}>{named}</Go> : named;
}

function Rejected({ id, isPaused }: { id: string; isPaused: boolean }) {
  const t = useWords();
  const { data, error } = useQuery(latest("quarantine", id, isPaused));
  if (error) return <Failure error={error} />;
  return (
    <Panel title={t("sources.live.rejected")} extra={<Go to="/quarantine" search={{ f: { source: id } }}>{t("sources.live.all_rejected")}</Go>}>
      <Table
        label={t("sources.live.rejected")} items={data?.items ?? []} keyOf={(one) => one.key} empty={t("sources.live.none_rejected")}
        columns={[
          { key: "at", title: t("sources.live.received"), width: 150, show: (one) => <Time at={Number(one.values["at"])} /> },
          { key: "reason", title: t("sources.live.reason"), width: 220, show: (one) => <><Mark tone="bad">{textOf(one, "reason")}</Mark> {textOf(one, "detail")}</> },
          { key: "event", title: t("sources.live.event"), show: (one) => textOf(one, "event") && <Json text={textOf(one, "event")} /> },
        ]}
      />
    </Panel>
  );
}

function textOf(row: Row, column: string): string {
  const value = row.values[column];
  return value === null || value === undefined ? "" : String(value);
}
