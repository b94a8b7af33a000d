/** How long what is kept: rules, what a run would remove, the runs. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, Dialog, Failure, InnerList, Note, Num, NumberField, PageBody, PageHead, Panel, Refusal, Select, SelectMany, Table, TextField, Time, useChange, useSay, useSection, useWords, Waiting } from "../../kit";
import { due, retention, type Rule } from "./api";

type Subject = Rule["subject"];
type Stated = Pick<Rule, "subject" | "name" | "days" | "attributes" | "events" | "data_days">;
const SUBJECTS: Subject[] = ["event", "attribute", "purpose"];

export default function Retention() {
  const t = useWords();
  const runs = useSection("retention");
  const { data, error, refetch } = useQuery(retention);
  return (
    <PageBody>
      <PageHead title={t("privacy.retention.title")} note={data && (data.next_at ? <>{t("privacy.retention.next")} <Time at={data.next_at} /></> : t("privacy.retention.never"))} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={8} /> : (
        <>
          <Rules key={JSON.stringify(data.rules)} held={data.rules} />
          <Trial isIdle={data.rules.length === 0} />
        </>
      )}
      {runs && <Panel title={t("privacy.retention.runs")}><InnerList section={runs} empty={<p className="k-soft">{t("privacy.retention.no_runs")}</p>} /></Panel>}
    </PageBody>
  );
}

function Rules({ held }: { held: Rule[] }) {
  const t = useWords();
  const say = useSay();
  const [isAdding, setAdding] = useState(false);
  const save = useChange((rules: Stated[]) => got(api.PUT("/api/{workspace}/retention", { params: { path: here }, body: { rules } })), {
    touches: [["retention"]],
    onDone: () => {
      setAdding(false);
      say(t("privacy.retention.saved"));
    },
  });
  const stated = held.map(({ subject, name, days, attributes, events, data_days }) => ({ subject, name, days, attributes, events, data_days }));
  return (
    <Panel title={t("privacy.retention.rules")} extra={<Button icon="add" onClick={() => setAdding(true)}>{t("privacy.retention.add")}</Button>}>
      <div className="k-stack">
        <Note>{t("privacy.retention.text")}</Note>
        <Table
          label={t("privacy.retention.rules")} items={held} keyOf={(one) => `${one.subject} ${one.name}`} empty={t("privacy.retention.none")}
          columns={[
            { key: "subject", title: t("privacy.retention.subject"), show: (one) => t(`privacy.retention.subjects.${one.subject}`) },
            { key: "name", title: t("privacy.retention.name"), show: (one) => <>{one.name}<KeptFor rule={one} />{one.fault && <div className="k-error">{one.fault}</div>}</> },
            { key: "days", title: t("privacy.retention.days"), isNumber: true, show: (one) => <Num value={one.days} /> },
            { key: "act", title: t("privacy.find.act"), width: 120, show: (one) => <Button isSmall isBusy={save.isPending} onClick={() => save.mutate(stated.filter((rule) => rule.subject !== one.subject || rule.name !== one.name))}>{t("privacy.retention.remove")}</Button> },
          ]}
        />
        {!isAdding && <Refusal error={save.error} />}
      </div>
      {isAdding && <Adding isBusy={save.isPending} error={save.error} onAdd={(rule) => save.mutate([...stated, rule])} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

/** What a purpose names, and how long it is kept. */
function KeptFor({ rule }: { rule: Rule }) {
  const t = useWords();
  if (rule.data_days === null) return null;
  return <div className="k-hint">{t("privacy.retention.kept_for", { count: rule.data_days, what: [...rule.attributes, ...rule.events].join(", ") })}</div>;
}

function Adding({ isBusy, error, onAdd, onClose }: { isBusy: boolean; error: unknown; onAdd: (rule: Stated) => void; onClose: () => void }) {
  const t = useWords();
  const [subject, setSubject] = useState<Subject>("event");
  const [name, write] = useState("");
  const [days, setDays] = useState<number | null>(365);
  const [attributes, setAttributes] = useState<string[]>([]);
  const [events, setEvents] = useState<string[]>([]);
  const [dataDays, setDataDays] = useState<number | null>(365);
  const isNaming = subject === "purpose" && attributes.length + events.length > 0;
  const named = { attributes: isNaming ? attributes : [], events: isNaming ? events : [], data_days: isNaming ? dataDays : null };
  return (
    <Dialog title={t("privacy.retention.add")} confirm={t("privacy.retention.add")} isBusy={isBusy} error={error} isDisabled={!name.trim() || days === null || (isNaming && dataDays === null)} onConfirm={() => onAdd({ subject, name: name.trim(), days: days ?? 1, ...named })} onClose={onClose}>
      <Select label={t("privacy.retention.subject")} value={subject} onChange={setSubject} options={SUBJECTS.map((one) => ({ value: one, label: t(`privacy.retention.subjects.${one}`) }))} />
      <TextField label={t("privacy.retention.name")} hint={t(`privacy.retention.hints.${subject}`)} isRequired value={name} onChange={write} most={200} />
      <NumberField label={t("privacy.retention.days")} value={days} onChange={setDays} least={1} most={36_600} />
      {subject === "purpose" && (
        <>
          <SelectMany label={t("privacy.retention.attributes")} hint={t("privacy.retention.hints.attribute")} values={attributes} onChange={setAttributes} />
          <SelectMany label={t("privacy.retention.events")} hint={t("privacy.retention.hints.event")} values={events} onChange={setEvents} />
          {isNaming && <NumberField label={t("privacy.retention.data_days")} value={dataDays} onChange={setDataDays} least={1} most={36_600} />}
        </>
      )}
    </Dialog>
  );
}

/** A dry run first, then the run. */
function Trial({ isIdle }: { isIdle: boolean }) {
  const t = useWords();
  const say = useSay();
  const { data, error, isFetching, refetch } = useQuery(due);
  const [isAsked, ask] = useState(false);
  const facts = (data ?? []).reduce((sum, one) => sum + one.facts, 0);
  const run = useChange(() => got(api.POST("/api/{workspace}/retention/runs", { params: { path: here } })), {
    touches: [["retention"], ["rows", "retention"], ["rows", "jobs"]],
    onDone: () => {
      ask(false);
      say(t("privacy.retention.begun"));
    },
  });
  return (
    <Panel title={t("privacy.retention.trial")} extra={<Button icon="search" isBusy={isFetching} isDisabled={isIdle} onClick={() => void refetch()}>{t("privacy.retention.try")}</Button>}>
      <div className="k-stack">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <p className="k-soft">{t("privacy.retention.trial_text")}</p> : (
          <Table
            label={t("privacy.retention.trial")} items={data} keyOf={(one) => `${one.subject} ${one.name}`} empty={t("privacy.retention.nothing_due")}
            columns={[
              { key: "subject", title: t("privacy.retention.subject"), show: (one) => t(`privacy.retention.subjects.${one.subject}`) },
              { key: "name", title: t("privacy.retention.name"), show: (one) => <>{one.name}{one.purposes.length > 0 && <div className="k-hint">{t("privacy.retention.for", { purposes: one.purposes.join(", ") })}</div>}</> },
              { key: "before", title: t("privacy.retention.before"), show: (one) => <Time at={one.before} /> },
              { key: "facts", title: t("privacy.retention.facts"), isNumber: true, show: (one) => <Num value={one.facts} /> },
            ]}
          />
        )}
        {facts > 0 && <div><Button isDangerous onClick={() => ask(true)}>{t("privacy.retention.run")}</Button></div>}
      </div>
      {isAsked && (
        <Dialog title={t("privacy.retention.run")} confirm={t("privacy.retention.run")} isDangerous isBusy={run.isPending} error={run.error} typed={String(facts)} onConfirm={() => run.mutate(undefined)} onClose={() => ask(false)}>
          <p>{t("privacy.retention.run_text", { count: facts })}</p>
        </Dialog>
      )}
    </Panel>
  );
}
