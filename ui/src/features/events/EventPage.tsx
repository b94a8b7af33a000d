/** One event: how it was understood, whose it is, what it decided, and how it came, letter by letter. */
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { type Answer, api, got, here } from "../../api/client";
import { CodeBlock, CopyText, Facts, Failure, Go, Json, Mark, Note, PageBody, PageHead, Panel, Table, Tabs, Time, useMay, useWords, Waiting } from "../../kit";

type Event = Answer<"/api/{workspace}/events/{event}">;

const MADE = new Set(["made", "link", "merge", "switch", "refuse", "share", "cut", "cut_requested", "never", "allow", "erase"]);
const END = 8;

const eventOf = (id: string) =>
  queryOptions({
    queryKey: ["event", id],
    queryFn: ({ signal }) => got(api.GET("/api/{workspace}/events/{event}", { params: { path: { ...here, event: id } }, signal })),
  });

export default function EventPage() {
  const { event: id = "" } = useParams({ strict: false }) as { event?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(eventOf(id));
  if (data) return <Shown key={id} event={data} />;
  return (
    <PageBody>
      <PageHead title={t("events.one")} back={{ to: "/events", title: t("events.all") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Shown({ event }: { event: Event }) {
  const t = useWords();
  const [tab, show] = useState("understood");
  const marks = event.marks.map((one) => <Mark key={one} tone="warn">{t(`events.marks.${one}`)}</Mark>);
  return (
    <PageBody>
      <PageHead
        title={event.name || event.type} back={{ to: "/events", title: t("events.all") }}
        mark={<><Mark>{event.type}</Mark>{marks}{event.is_history && <Mark>{t("events.history")}</Mark>}</>}
      />
      <Panel><About event={event} /></Panel>
      <Tabs
        value={tab} onChange={show}
        items={[
          { key: "understood", label: t("events.tabs.understood"), content: <Understood event={event} /> },
          { key: "derived", label: t("events.tabs.derived"), content: <Derived event={event} /> },
          { key: "decisions", label: t("events.tabs.decisions"), content: <Decisions event={event} /> },
          { key: "raw", label: t("events.tabs.raw"), content: event.raw ? <CodeBlock text={pretty(event.raw)} label={t("events.tabs.raw")} /> : <Note tone="warn">{t("events.covered")}</Note> },
        ]}
      />
    </PageBody>
  );
}

function About({ event }: { event: Event }) {
  const t = useWords();
  const may = useMay();
  const { source, profile } = event;
  return (
    <Facts
      items={[
        { name: t("events.whose"), value: profile ? <Whose event={event} profile={profile} /> : t("events.nobody") },
        { name: t("events.time"), value: <Time at={event.time} /> },
        { name: t("events.received"), value: <><Time at={event.received_at} /> · {t(`events.origins.${event.origin}`)}</> },
        { name: t("events.source"), value: source ? may("sources.manage") ? <Go to={`/sources/${source.id}`}>{source.name}</Go> : source.name : t("events.platform") },
        { name: t("events.visit"), value: event.visit_at === null ? null : <Time at={event.visit_at} /> },
        { name: t("events.message"), value: <CopyText text={event.message_id} label={t("events.message")} /> },
        { name: t("events.position"), value: <CopyText text={String(event.position)} label={t("events.position")} /> },
      ]}
    />
  );
}

/** Whose the event is, and where it stands among all that they did. */
function Whose({ event, profile }: { event: Event; profile: string }) {
  const t = useWords();
  const may = useMay();
  const to = `/profiles/${profile}`;
  if (!may("profiles.read")) return <>…{profile.slice(-END)}</>;
  return <><Go to={to}>…{profile.slice(-END)}</Go> · <Go to={to} search={{ tab: "timeline", at: `${event.time}-${event.position}` }}>{t("events.then")}</Go></>;
}

function Understood({ event }: { event: Event }) {
  const t = useWords();
  return (
    <div className="k-grid-2">
      <Panel title={t("events.identifiers")}>
        <Table
          label={t("events.identifiers")} items={event.identifiers} keyOf={(one) => `${one.kind} ${one.value}`} empty={t("events.no_identifiers")}
          columns={[
            { key: "kind", title: t("events.kind"), width: 160, show: (one) => one.kind },
            { key: "value", title: t("events.value"), show: (one) => one.value },
          ]}
        />
      </Panel>
      <Panel title={t("events.attributes")}>
        <Values values={event.attributes} empty={t("events.no_attributes")} />
        {event.refused.map((one) => <Note key={one.attribute} tone="warn">{t("events.refused", { name: one.attribute, reason: one.reason })}</Note>)}
      </Panel>
      <Panel title={t("events.properties")}><Values values={event.properties} empty={t("events.no_properties")} /></Panel>
      <Panel title={t("events.context")}><Values values={event.context} empty={t("events.no_context")} /></Panel>
    </div>
  );
}

function Values({ values, empty }: { values: Record<string, unknown>; empty: string }) {
  const held = Object.entries(values);
  if (held.length === 0) return <div className="k-soft">{empty}</div>;
  return <Facts items={held.map(([name, value]) => ({ name, value: typeof value === "object" && value !== null ? <Json text={JSON.stringify(value)} /> : String(value) }))} />;
}

function Derived({ event }: { event: Event }) {
  const t = useWords();
  const held = Object.entries(event.derived);
  if (held.length === 0) return <p className="k-soft">{t("events.nothing_derived")}</p>;
  return <Panel title={t("events.tabs.derived")}><Facts items={held.map(([name, value]) => ({ key: name, name: t(`events.derived.${name}`), value }))} /></Panel>;
}

function Decisions({ event }: { event: Event }) {
  const t = useWords();
  const may = useMay();
  if (!may("identity.read")) return <Note tone="warn">{t("events.blind")}</Note>;
  return (
    <Panel title={t("events.tabs.decisions")}>
      <Table
        label={t("events.tabs.decisions")} items={event.decisions} keyOf={(one) => String(one.ordinal)} empty={t("events.no_decisions")}
        columns={[
          { key: "kind", title: t("events.decision"), show: (one) => <Mark tone={one.kind === "refuse" ? "warn" : one.kind === "merge" ? "accent" : "plain"}>{MADE.has(one.kind) ? t(`events.decided.${one.kind}`) : one.kind}</Mark> },
          { key: "by", title: t("events.by"), show: (one) => [one.identifier_kind, one.identifier_value].filter(Boolean).join(": ") || "—" },
          { key: "profile", title: t("events.profile"), show: (one) => <Person id={one.profile} /> },
          { key: "other", title: t("events.other"), show: (one) => <Person id={one.other} /> },
          { key: "rules", title: t("events.rules"), isNumber: true, show: (one) => one.rules },
        ]}
      />
    </Panel>
  );
}

function Person({ id }: { id: string | null }) {
  return id ? <Go to={`/profiles/${id}`}>…{id.slice(-END)}</Go> : <>—</>;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
