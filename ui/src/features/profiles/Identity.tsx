/** What this person was joined from, when, by which evidence; and how to undo a join. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Empty, Failure, Go, Mark, Panel, Table, type Tone, useMay, useWords, Waiting } from "../../kit";
import { type Decision, decisions, type Profile } from "./api";
import { CutDialog } from "./CutDialog";
import { useKindNames, useReasons } from "./names";

const TONES: Record<string, Tone> = { merge: "accent", refuse: "warn", never: "bad", cut: "warn", cut_requested: "warn" };

export function Identity({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const kindName = useKindNames();
  const reasonOf = useReasons();
  const [undone, undo] = useState<Decision | null>(null);
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
      <Panel title={t("profiles.identity.decisions")}>
        {items.length === 0 ? (
          <Empty title={t("profiles.identity.empty")}>{t("profiles.identity.empty_text")}</Empty>
        ) : (
          <Table
            label={t("profiles.identity.decisions")} items={items} keyOf={(made) => `${made.position} ${made.ordinal}`}
            columns={[
              { key: "kind", title: t("profiles.identity.decision"), show: (made) => <Mark tone={TONES[made.kind] ?? "plain"}>{t(`profiles.decisions.${made.kind}`)}</Mark> },
              { key: "by", title: t("profiles.identity.by"), show: (made) => [made.identifier_kind && kindName(made.identifier_kind), made.identifier_value].filter(Boolean).join(" ") || "—" },
              { key: "other", title: t("profiles.identity.other"), show: (made) => (made.other && made.other !== one.id ? <Go to={`/profiles/${made.other}`}>{made.other.slice(0, 13)}…</Go> : "—") },
              { key: "reason", title: t("profiles.identity.reason"), show: (made) => reasonOf(made.reason) },
              { key: "position", title: t("profiles.identity.position"), isNumber: true, show: (made) => made.position },
              { key: "undo", title: "", show: (made) => made.can_be_cut && may("identity.decide") && <Button isSmall onClick={() => undo(made)}>{t("profiles.identity.undo")}</Button> },
            ]}
          />
        )}
        {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()} isBusy={list.isFetchingNextPage}>{t("kit.list.more")}</Button>}
      </Panel>
      {undone && <CutDialog position={undone.position} ordinal={undone.ordinal} onDone={() => undo(null)} />}
    </>
  );
}
