/** What this person was joined from, when, by which evidence; and how to undo a join. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Empty, Failure, Go, Mark, Panel, Table, type Tone, useMay, useWords, Waiting } from "../../kit";
import { type Decision, decisions, type Profile } from "./api";
import { CutDialog } from "./CutDialog";
import { JoinCard } from "./JoinCard";
import { KeepApart, Permit } from "./KeepApart";
import { useKindNames, useReasons } from "./names";

const TONES: Record<string, Tone> = { merge: "accent", refuse: "warn", never: "bad", cut: "warn", cut_requested: "warn" };

export function Identity({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const kindName = useKindNames();
  const reasonOf = useReasons();
  const [undone, undo] = useState<Decision | null>(null);
  const [permitted, permit] = useState<Decision | null>(null);
  const [asked, ask] = useState<"join" | "apart" | null>(null);
  const list = useInfiniteQuery(decisions(one.id));
  if (list.error && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Waiting />;
  const items = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Panel title={t("profiles.identity.identifiers")}>
        <Table
          label={t("profiles.identity.identifiers")} items={one.identifiers} keyOf={(id) => `${id.kind} ${id.value}`} empty={t("profiles.no_identifiers")}
          columns={[
            { key: "kind", title: t("profiles.identity.kind"), show: (id) => kindName(id.kind) },
            { key: "value", title: t("profiles.identity.value"), show: (id) => id.value },
            { key: "status", title: t("profiles.identity.status"), show: (id) => <Mark tone={id.status === "active" ? "good" : "warn"}>{t(`profiles.statuses.${id.status}`)}</Mark> },
          ]}
        />
      </Panel>
      <Panel
        title={t("profiles.identity.decisions")}
        extra={may("identity.decide") && (
          <span className="k-row">
            <Button onClick={() => ask("join")}>{t("profiles.join.button")}</Button>
            <Button onClick={() => ask("apart")}>{t("profiles.separate.button")}</Button>
          </span>
        )}
      >
        {items.length === 0 ? (
          <Empty title={t("profiles.identity.empty")}>{t("profiles.identity.empty_text")}</Empty>
        ) : (
          <Table
            label={t("profiles.identity.decisions")} items={items} keyOf={(made) => `${made.position} ${made.ordinal}`}
            columns={[
              { key: "kind", title: t("profiles.identity.decision"), show: (made) => <Mark tone={TONES[made.kind] ?? "plain"}>{t(`profiles.decisions.${made.kind}`)}</Mark> },
              { key: "by", title: t("profiles.identity.by"), show: (made) => [made.identifier_kind && kindName(made.identifier_kind), made.identifier_value].filter(Boolean).join(" ") || "—" },
              { key: "other", title: t("profiles.identity.other"), show: (made) => <Other id={otherOf(made, one.id)} own={one.id} /> },
              { key: "reason", title: t("profiles.identity.reason"), show: (made) => reasonOf(made.reason) },
              { key: "position", title: t("profiles.identity.position"), isNumber: true, show: (made) => made.position },
              {
                key: "undo", title: "",
                show: (made) => may("identity.decide") && (made.can_be_cut
                  ? <Button isSmall onClick={() => undo(made)}>{t("profiles.identity.undo")}</Button>
                  : isHolding(made, items) && <Button isSmall onClick={() => permit(made)}>{t("profiles.permit.button")}</Button>),
              },
            ]}
          />
        )}
        {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()} isBusy={list.isFetchingNextPage}>{t("kit.list.more")}</Button>}
      </Panel>
      {undone && <CutDialog position={undone.position} ordinal={undone.ordinal} onDone={() => undo(null)} />}
      {permitted && <Permit people={[permitted.profile ?? "", permitted.other ?? ""]} onDone={() => permit(null)} />}
      {asked === "join" && <JoinCard one={one} onDone={() => ask(null)} />}
      {asked === "apart" && <KeepApart one={one} onDone={() => ask(null)} />}
    </>
  );
}

function Other({ id, own }: { id: string; own: string }) {
  if (!id || isSame(id, own)) return "—";
  return <Go to={`/profiles/${id}`}>…{id.slice(-8)}</Go>;
}

/** With whom a decision is about this person. */
function otherOf(made: Decision, own: string): string {
  return (made.other && isSame(made.other, own) ? made.profile : made.other) ?? "";
}

/** Ids of one person differ in front: a decision does not know when the person was made. */
function isSame(left: string, right: string): boolean {
  return left.slice(-17) === right.slice(-17);
}

/** Whether a separation is the last word about its two people; the list has the latest first. */
function isHolding(made: Decision, items: Decision[]): boolean {
  if (made.kind !== "never" || !made.profile || !made.other) return false;
  const pair = pairOf(made);
  return items.find((each) => (each.kind === "never" || each.kind === "allow") && pairOf(each) === pair) === made;
}

function pairOf({ profile, other }: Decision): string {
  return [profile ?? "", other ?? ""].map((id) => id.slice(-17)).toSorted().join(" ");
}
