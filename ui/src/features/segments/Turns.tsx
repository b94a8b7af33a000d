/** Who came into a segment and who left it, the latest first, each with what brought it about. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Choice, Failure, Go, Mark, Panel, Table, Time, useWords, Waiting } from "../../kit";
import { type Turn, turnsOf } from "./api";

const KINDS = ["all", "entered", "left"] as const;
const ASKED = { all: null, entered: true, left: false };

export function Turns({ segment }: { segment: string }) {
  const t = useWords();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("all");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(turnsOf(segment, ASKED[kind]));
  const choice = <Choice label={t("segments.turns.which")} value={kind} onChange={setKind} options={KINDS.map((each) => ({ value: each, label: t(`segments.turns.${each}`) }))} />;
  return (
    <Panel title={t("segments.tabs.turns")} extra={choice}>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={6} /> : (
        <>
          <TurnTable segment={segment} turns={data.pages.flatMap((page) => page.items)} />
          {hasNextPage && <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("segments.earlier")}</Button>}
        </>
      )}
    </Panel>
  );
}

function TurnTable({ segment, turns }: { segment: string; turns: Turn[] }) {
  const t = useWords();
  return (
    <Table
      label={t("segments.tabs.turns")} items={turns} keyOf={(turn) => String(turn.id)} empty={t("segments.turns.nobody")}
      columns={[
        { key: "at", title: t("segments.turns.when"), width: 170, show: (turn) => <Time at={turn.at} /> },
        { key: "person", title: t("segments.turns.who"), show: (turn) => <Person turn={turn} /> },
        { key: "entered", title: t("segments.turns.what"), width: 120, show: (turn) => <Mark tone={turn.entered ? "good" : "warn"}>{t(turn.entered ? "segments.turns.came" : "segments.turns.gone")}</Mark> },
        { key: "cause", title: t("segments.turns.cause"), show: (turn) => t(`segments.causes.${turn.cause}`) },
        { key: "why", title: t("segments.turns.now"), width: 130, show: (turn) => turn.person && <Go to={`/segments/${segment}`} search={{ tab: "why", profile: turn.person.id }}>{t("segments.why.link")}</Go> },
      ]}
    />
  );
}

function Person({ turn }: { turn: Turn }) {
  const t = useWords();
  if (!turn.person) return <span className="k-faint">{t("segments.turns.erased")}</span>;
  return <Go to={`/profiles/${turn.person.id}`}>{turn.person.name || `…${turn.person.id.slice(-8)}`}</Go>;
}
