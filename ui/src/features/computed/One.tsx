/** A computed attribute: what it means, who uses it, how it was. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { Button, CopyText, Facts, Failure, Go, Note, PageBody, PageHead, Panel, said, Table, Time, useMay, useWords, Waiting } from "../../kit";
import { type Computed, computedOf, versionsOf } from "./api";
import { DeleteDialog } from "./DeleteDialog";
import { draftOf, type Formula } from "./formula";
import { Trial } from "./Trial";

export default function One() {
  const { computed: key = "" } = useParams({ strict: false }) as { computed?: string };
  const t = useWords();
  const navigate = useNavigate();
  const may = useMay();
  const [isLeaving, leave] = useState(false);
  const { data, error, refetch } = useQuery(computedOf(key));
  const back = { to: "/computed", title: t("computed.all") };
  const go = (to: string) => void navigate({ to } as unknown as { to: "." });
  if (!data) {
    return (
      <PageBody>
        <PageHead title={t("computed.one")} back={back} />
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
      </PageBody>
    );
  }
  const actions = may("segments.manage") && (
    <>
      <Button onClick={() => leave(true)}>{t("computed.delete.button")}</Button>
      <Button kind="main" icon="edit" onClick={() => go(`/computed/${key}/edit`)}>{t("computed.change")}</Button>
    </>
  );
  return (
    <PageBody>
      <PageHead title={data.title} back={back} note={data.description} actions={actions} />
      <div className="k-stack">
        {data.building > 0 && <Note>{t(data.current ? "computed.rebuilding" : "computed.being_built")}</Note>}
        <div className="k-grid-2">
          <Panel title={t("computed.words")}><p>{said(data.summary)}</p></Panel>
          <Panel title={t("computed.facts")}><About one={data} /></Panel>
        </div>
        {may("profiles.read") && <Trial key={data.version} draft={draftOf(data.formula as unknown as Formula, data)} of={data.key} />}
        <Versions of={key} />
      </div>
      {isLeaving && <DeleteDialog one={data} onDone={(isGone) => (isGone ? go("/computed") : leave(false))} />}
    </PageBody>
  );
}

function About({ one }: { one: Computed }) {
  const t = useWords();
  return (
    <Facts
      items={[
        { name: t("computed.name_in_rules"), value: <CopyText text={one.name} label={t("computed.name_in_rules")} /> },
        { name: t("computed.unit"), value: one.unit || one.currency || null },
        { name: t("computed.version"), value: one.version },
        { name: t("computed.changed"), value: <><Time at={one.changed_at} /> {one.changed_by}</> },
        { name: t("computed.uses"), value: one.uses.length ? <Others to="computed" others={one.uses} /> : null },
        { name: t("computed.used_by"), value: one.used_by_segments.length + one.used_by.length ? <><Others to="segments" others={one.used_by_segments} /><Others to="computed" others={one.used_by} /></> : null },
      ]}
    />
  );
}

function Others({ to, others }: { to: string; others: Computed["uses"] }) {
  return <>{others.map((one) => <div key={one.key}><Go to={`/${to}/${one.key}`}>{one.name}</Go></div>)}</>;
}

function Versions({ of }: { of: string }) {
  const t = useWords();
  const { data } = useQuery(versionsOf(of));
  if (!data) return null;
  return (
    <Panel title={t("computed.versions")}>
      <Table
        label={t("computed.versions")} items={data} keyOf={(one) => String(one.version)}
        columns={[
          { key: "version", title: t("computed.version"), width: 90, show: (one) => one.version },
          { key: "at", title: t("computed.changed"), width: 180, show: (one) => <Time at={one.at} /> },
          { key: "author", title: t("computed.author"), width: 160, show: (one) => one.author },
          { key: "note", title: t("computed.note"), show: (one) => one.note },
          { key: "summary", title: t("computed.words"), show: (one) => said(one.summary) },
        ]}
      />
    </Panel>
  );
}
