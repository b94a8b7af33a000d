/** A segment: what it means, how it stands, who uses it, how it was changed. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { Button, CopyText, Facts, Failure, Go, Mark, MenuButton, Note, PageBody, PageHead, Panel, said, Tabs, Time, type Tone, useMay, useSection, useWords, Waiting } from "../../kit";
import { type Segment, segmentOf, type Status } from "./api";
import { DeleteDialog, SwitchDialog } from "./dialogs";
import { Edits } from "./Edits";
import { NamedDialog } from "./NamedDialog";
import { People } from "./People";
import { Ranks } from "./Ranks";
import { ReachOf } from "./Reach";
import "./segments.css";
import { Size } from "./Size";
import { Turns } from "./Turns";
import { UploadDialog } from "./UploadDialog";
import { Why } from "./Why";

const TONES: Record<Status, Tone> = { building: "accent", on: "good", off: "warn" };

export default function SegmentPage() {
  const { segment: key = "" } = useParams({ strict: false }) as { segment?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(segmentOf(key));
  if (data) return <Shown key={key} one={data} />;
  return (
    <PageBody>
      <PageHead title={t("segments.one")} back={{ to: "/segments", title: t("segments.all") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Shown({ one }: { one: Segment }) {
  const t = useWords();
  const search = useSearch({ strict: false }) as { tab?: string; profile?: string };
  const navigate = useNavigate();
  const go = (tab: string, more: { profile?: string } = {}) => void navigate({ to: ".", search: { tab, ...more }, replace: true } as unknown as { to: "." });
  const tabs = {
    about: <AboutTab one={one} />,
    people: <People one={one} />,
    turns: <Turns segment={one.key} />,
    why: <Why segment={one.key} profile={search.profile ?? ""} onProfile={(profile) => go("why", { profile })} />,
    edits: <Edits segment={one.key} />,
  };
  const items = Object.entries(tabs).map(([key, content]) => ({ key, label: t(`segments.tabs.${key}`), content: <div className="s-tab">{content}</div> }));
  const shown = items.some((tab) => tab.key === search.tab) ? search.tab : "about";
  return (
    <PageBody>
      <PageHead title={one.name} back={{ to: "/segments", title: t("segments.all") }} note={one.description} mark={<StatusMark status={one.status} />} actions={<Actions one={one} />} />
      {one.building > 0 && one.current > 0 && <Note tone="accent">{t("segments.rebuilding")}</Note>}
      {one.building > 0 && one.current === 0 && <Note tone="accent">{t("segments.being_built")}</Note>}
      <Tabs value={shown ?? "about"} onChange={(tab) => go(tab)} items={items} />
    </PageBody>
  );
}

function StatusMark({ status }: { status: Status }) {
  const choice = useSection("segments")?.filters.find((one) => one.name === "status")?.choices.find((one) => one.value === status);
  return <Mark tone={TONES[status]}>{choice ? said(choice) : status}</Mark>;
}

function Actions({ one }: { one: Segment }) {
  const t = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const [asked, ask] = useState<"switch" | "delete" | "upload" | "snapshot" | null>(null);
  if (!may("segments.manage")) return null;
  const go = (to: string) => void navigate({ to } as unknown as { to: "." });
  const items = [
    ...(one.kind === "live" && one.current > 0 ? [{ key: "snapshot", label: t("segment_lists.snapshot.make"), onClick: () => ask("snapshot") }] : []),
    { key: "switch", label: t(one.status === "off" ? "segments.switch.on" : "segments.switch.off"), onClick: () => ask("switch") },
    { key: "delete", label: t("segments.delete.confirm"), icon: "delete" as const, isDangerous: true, onClick: () => ask("delete") },
  ];
  return (
    <>
      {one.kind === "list" && <Button kind="main" icon="add" onClick={() => ask("upload")}>{t("segment_lists.upload.make")}</Button>}
      {one.kind === "live" && <Button kind="main" icon="edit" onClick={() => go(`/segments/${one.key}/edit`)}>{t("segments.change")}</Button>}
      <MenuButton icon="more" label={t("segments.more")} items={items} />
      {asked === "upload" && <UploadDialog one={one} onDone={() => ask(null)} />}
      {asked === "snapshot" && <NamedDialog of={one} onClose={() => ask(null)} onMade={(key) => { ask(null); go(`/segments/${key}`); }} />}
      {asked === "switch" && <SwitchDialog one={one} onDone={() => ask(null)} />}
      {asked === "delete" && <DeleteDialog one={one} onDone={(isGone) => (isGone ? go("/segments") : ask(null))} />}
    </>
  );
}

function AboutTab({ one }: { one: Segment }) {
  const t = useWords();
  return (
    <>
      <Size one={one} />
      <Ranks ranks={one.ranks} />
      {one.current > 0 && one.status === "on" && <ReachOf one={one} />}
      <div className="k-grid-2">
        <Panel title={t("segments.words")}><p>{said(one.summary)}</p></Panel>
        <Panel title={t("segments.facts")}>
          <Facts
            items={[
              { name: t("segments.key"), value: <CopyText text={one.key} label={t("segments.key")} /> },
              { name: t("segments.folder"), value: one.folder || null },
              { name: t("segments.tags"), value: one.tags.length ? <span className="k-row">{one.tags.map((tag) => <Mark key={tag}>{tag}</Mark>)}</span> : null },
              { name: t("segment_lists.snapshot.of"), value: one.taken_of ? <Go to={`/segments/${one.taken_of}`}>{one.taken_of}</Go> : null },
              { name: t("segment_lists.snapshot.at"), value: one.taken_at ? <Time at={one.taken_at} /> : null },
              { name: t("segments.version"), value: one.version },
              { name: t("segments.changed"), value: <><Time at={one.changed_at} /> {one.changed_by}</> },
              { name: t("segments.uses"), value: <Others segments={one.uses} /> },
              { name: t("segments.used_by"), value: <Others segments={one.used_by} /> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function Others({ segments }: { segments: Segment["uses"] }) {
  if (!segments.length) return <>—</>;
  return <ul>{segments.map((one) => <li key={one.key}><Go to={`/segments/${one.key}`}>{one.name}</Go></li>)}</ul>;
}
