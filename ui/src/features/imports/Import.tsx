/** One import from its columns to its end: what the file means, what would happen, how far it is, what was not taken. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { Failure, Mark, PageBody, PageHead, Steps, type Tone, useFormat, useWords, Waiting } from "../../kit";
import { type ImportDetail, importOf } from "./api";
import { Columns } from "./Columns";
import "./imports.css";
import { Progressing } from "./Progressing";
import { Trial } from "./Trial";
import { useStepTitles } from "./words";

const TONES: Record<string, Tone> = { done: "good", failed: "bad", cancelled: "warn", running: "accent", waiting: "accent" };
const COLUMNS = 1;
const CHECK = 2;
const RUN = 3;

export default function Import() {
  const { import: id = "" } = useParams({ strict: false }) as { import?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(importOf(id));
  if (data) return <Shown key={id} one={data} />;
  return (
    <PageBody>
      <PageHead title={t("imports.one")} back={{ to: "/imports", title: t("imports.all") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Shown({ one }: { one: ImportDetail }) {
  const t = useWords();
  const format = useFormat();
  const titles = useStepTitles();
  const [isMapped, setMapped] = useState(false);
  const { summary } = one;
  const isNew = summary.state === "uploaded";
  const at = !isNew ? RUN : isMapped ? CHECK : COLUMNS;
  return (
    <PageBody>
      <PageHead
        title={summary.name} back={{ to: "/imports", title: t("imports.all") }}
        mark={<Mark tone={TONES[summary.state] ?? "plain"}>{t(`imports.states.${summary.state}`)}</Mark>}
        note={t("imports.file", { name: summary.file_name, size: format.bytes(summary.size), by: summary.created_by })}
      />
      <Steps titles={titles} at={summary.state === "done" ? titles.length : at} />
      <div className="k-stack k-steps-body">
        {at === COLUMNS && <Columns one={one} onDone={() => setMapped(true)} />}
        {at === CHECK && <Trial one={one} onBack={() => setMapped(false)} />}
        {at === RUN && <Progressing one={one} />}
      </div>
    </PageBody>
  );
}
