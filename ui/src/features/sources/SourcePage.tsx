/** A source of data: how to send from it, what arrives, how it is. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { CodeBlock, CopyText, Failure, Facts, Figure, Mark, Note, Num, PageBody, PageHead, Panel, said, Select, Time, useMay, useSection, useWords, Waiting } from "../../kit";
import { healths, type Source, sourceOf } from "./api";
import { Live } from "./Live";
import { snippetsOf } from "./snippets";

export default function SourcePage() {
  const { source: id = "" } = useParams({ strict: false }) as { source?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(sourceOf(id));
  if (data) return <Shown key={id} source={data} />;
  return (
    <PageBody>
      <PageHead title={t("sources.one")} back={{ to: "/sources", title: t("sources.all") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Shown({ source }: { source: Source }) {
  const t = useWords();
  const may = useMay();
  const kind = useSection("sources")?.filters.find((one) => one.name === "kind")?.choices.find((one) => one.value === source.kind);
  const isOn = source.state === "active";
  return (
    <PageBody>
      <PageHead
        title={source.name} back={{ to: "/sources", title: t("sources.all") }} note={kind && said(kind)}
        mark={<><Mark tone={isOn ? "good" : "warn"}>{t(isOn ? "sources.works" : "sources.off")}</Mark>{source.is_test && <Mark>{t("sources.test")}</Mark>}</>}
      />
      {may("acquisition.read") && <Sent id={source.id} />}
      {source.kind !== "import" && <SetUp source={source} />}
      {may("events.read") && <Live id={source.id} />}
    </PageBody>
  );
}

function Sent({ id }: { id: string }) {
  const t = useWords();
  const { data, error } = useQuery(healths);
  const one = data?.items.find((each) => each.id === id);
  if (error) return <Failure error={error} />;
  if (!one) return null;
  const rejected = Object.values(one.rejected).reduce((sum, each) => sum + each.day, 0);
  return (
    <>
      {one.silent && <Note tone="warn" title={t("sources.silent")}>{t("sources.silent_to_do")}</Note>}
      <div className="k-figures">
        <Figure name={t("sources.hour")} value={<Num value={one.accepted.hour} />} />
        <Figure name={t("sources.day")} value={<Num value={one.accepted.day} />} />
        <Figure name={t("sources.rejected_day")} value={<Num value={rejected} />} tone={rejected ? "warn" : "plain"} />
        <Figure name={t("sources.last")} value={<Time at={one.accepted.last} isAgo />} />
      </div>
    </>
  );
}

function SetUp({ source }: { source: Source }) {
  const t = useWords();
  const [key = ""] = source.write_keys;
  const url = window.location.origin;
  const snippets = snippetsOf(source.kind, url, key);
  const [way, choose] = useState(snippets[0]?.name ?? "");
  const shown = snippets.find((one) => one.name === way);
  return (
    <Panel title={t("sources.set_up")}>
      <div className="k-stack">
        <Facts
          items={[
            { name: t("sources.address"), value: <CopyText text={url} label={t("sources.address")} /> },
            ...source.write_keys.map((one, index) => ({
              key: one, name: t(index === 0 ? "sources.key" : "sources.former_key"), value: <CopyText text={one} label={t("sources.key")} />,
            })),
          ]}
        />
        <Select label={t("sources.way")} value={way} onChange={choose} options={snippets.map((one) => ({ value: one.name, label: one.title }))} />
        {shown && <CodeBlock text={shown.code} label={shown.title} />}
      </div>
    </Panel>
  );
}
