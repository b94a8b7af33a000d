/** One job: how far it is, what it was told, what came of it, and how to stop or repeat it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { Button, Facts, Failure, Json, Mark, Note, Num, PageBody, PageHead, Panel, Progress, Refusal, said, Time, type Tone, useChange, useMay, useSay, useSection, useWords, Waiting } from "../../kit";
import { cancel, isOpen, type Job, jobOf, retry } from "./api";

const TONES: Record<Job["state"], Tone> = { waiting: "plain", running: "accent", done: "good", failed: "bad", cancelled: "warn" };

export default function JobPage() {
  const { job: id = "" } = useParams({ strict: false }) as { job?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(jobOf(id));
  const back = { to: "/jobs", title: t("jobs.all") };
  if (data) return <Shown key={id} job={data} back={back} />;
  return (
    <PageBody>
      <PageHead title={t("jobs.one")} back={back} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Shown({ job, back }: { job: Job; back: { to: string; title: string } }) {
  const t = useWords();
  const states = useSection("jobs")?.filters.find((one) => one.name === "state")?.choices ?? [];
  const state = states.find((one) => one.value === job.state);
  return (
    <PageBody isNarrow>
      <PageHead title={said(job.title)} back={back} mark={<Mark tone={TONES[job.state]}>{state ? said(state) : job.state}</Mark>} actions={<Acts job={job} />} />
      {isOpen(job) && (
        <Panel>
          <div aria-live="polite">
            <Progress label={said(job.title)} share={job.total ? job.done / job.total : null} />
            <p className="k-hint">{job.is_cancel_asked ? t("jobs.stopping") : job.note || t(job.state === "waiting" ? "jobs.queued" : "jobs.at_work")}</p>
          </div>
        </Panel>
      )}
      {job.error && <Note tone={job.state === "failed" ? "bad" : "warn"} title={t(job.state === "failed" ? "jobs.failed" : "jobs.tried_again")}>{job.error}</Note>}
      <Panel title={t("jobs.about")}>
        <Facts
          items={[
            { name: t("jobs.added"), value: <><Time at={job.created_at} /> · {job.created_by}</> },
            { name: t("jobs.due"), value: job.due_at > job.created_at ? <Time at={job.due_at} /> : null },
            { name: t("jobs.started"), value: <Time at={job.started_at} /> },
            { name: t("jobs.finished"), value: <Time at={job.finished_at} /> },
            { name: t("jobs.attempt"), value: <Num value={job.attempt} /> },
            { name: t("jobs.progress"), value: job.total === null ? <Num value={job.done} /> : <><Num value={job.done} /> / <Num value={job.total} /></> },
            { name: t("jobs.key"), value: job.key || null },
            { name: t("jobs.kind"), value: <code>{job.kind}</code> },
          ]}
        />
      </Panel>
      {Object.keys(job.arguments).length > 0 && <Panel title={t("jobs.arguments")}><Json text={JSON.stringify(job.arguments)} /></Panel>}
      {job.result && <Panel title={t("jobs.result")}><Json text={JSON.stringify(job.result)} /></Panel>}
    </PageBody>
  );
}

function Acts({ job }: { job: Job }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const touches = [["job", job.id], ["rows", "jobs"]];
  const stopping = useChange(() => cancel(job.id), { touches, onDone: () => say(t("jobs.cancel.done")) });
  const again = useChange(() => retry(job.id), { touches, onDone: () => say(t("jobs.retry.done")) });
  if (!may("jobs.manage")) return null;
  return (
    <>
      <Refusal error={stopping.error ?? again.error} />
      {isOpen(job)
        ? <Button isDisabled={job.is_cancel_asked} isBusy={stopping.isPending} onClick={() => stopping.mutate(undefined)}>{t("jobs.cancel.confirm")}</Button>
        : <Button icon="reload" isBusy={again.isPending} onClick={() => again.mutate(undefined)}>{t("jobs.retry.confirm")}</Button>}
    </>
  );
}
