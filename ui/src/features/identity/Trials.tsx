/** Trials of rules on the whole base and their application to the past: how far they are, and what came of them. */
import { Button, Empty, Mark, Note, Panel, Progress, type Tone, Time, useChange, useFormat, useWords } from "../../kit";
import { isOpen, type Job, stop } from "./api";
import { Differs } from "./Differs";
import { type Rules, rulesOf, signOf } from "./model";
import { stepOf } from "./words";

const TONES: Record<Job["state"], Tone> = { waiting: "plain", running: "accent", done: "good", failed: "bad", cancelled: "warn" };

export function Trials({ work, draft, onTake }: { work: Job[]; draft: Rules; onTake: (rules: Rules) => void }) {
  const t = useWords();
  if (work.length === 0) return <Empty title={t("identity.trial.none")}>{t("identity.trial.none_text")}</Empty>;
  return (
    <>
      {work.map((job, index) => <OneJob key={job.id} job={job} draft={draft} isLatest={index === 0} onTake={onTake} />)}
    </>
  );
}

function OneJob({ job, draft, isLatest, onTake }: { job: Job; draft: Rules; isLatest: boolean; onTake: (rules: Rules) => void }) {
  const t = useWords();
  const isSame = signOf(rulesOf(job.rules)) === signOf(draft);
  const stopping = useChange(() => stop(job.id), { touches: [["identity-rules", "jobs"]] });
  return (
    <Panel
      title={t(`identity.trial.work.${job.work}`)}
      extra={
        <div className="k-row">
          <Mark tone={TONES[job.state]}>{t(`identity.trial.states.${job.state}`)}</Mark>
          {isSame && <Mark tone="accent">{t("identity.trial.this_draft")}</Mark>}
          {!isSame && <Button isSmall onClick={() => onTake(rulesOf(job.rules))}>{t("identity.history.take")}</Button>}
          {isOpen(job) && <Button isSmall isDisabled={job.is_cancel_asked} isBusy={stopping.isPending} onClick={() => stopping.mutate(undefined)}>{t("identity.trial.stop")}</Button>}
        </div>
      }
    >
      <p className="k-soft">{t("identity.trial.by", { who: job.created_by })} <Time at={job.created_at} /></p>
      {isOpen(job) && <Under job={job} />}
      {job.state === "failed" && <Note tone="bad" title={t("identity.trial.failed")}>{job.error}</Note>}
      {job.difference && <Differs found={job.difference} isOpen={isLatest || isSame} />}
      {job.carried_out && <Done job={job} />}
    </Panel>
  );
}

function Under({ job }: { job: Job }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div aria-live="polite">
      <Progress label={t(`identity.trial.work.${job.work}`)} share={job.total ? job.done / job.total : null} />
      <p className="k-hint">
        {job.is_cancel_asked ? t("identity.trial.stopping") : job.state === "waiting" ? t("identity.trial.queued") : stepOf(job.note, t)}
        {job.total !== null && ` · ${t("identity.trial.of", { done: format.number(job.done), total: format.number(job.total) })}`}
      </p>
      {job.error && <Note tone="warn" title={t("identity.trial.again")}>{job.error}</Note>}
    </div>
  );
}

function Done({ job }: { job: Job }) {
  const t = useWords();
  const format = useFormat();
  if (!job.carried_out) return null;
  const { cuts, merges, version } = job.carried_out;
  return <Note tone="good" title={t("identity.trial.carried_out", { version })}>{t("identity.trial.carried", { cuts: format.number(cuts), merges: format.number(merges) })}</Note>;
}
