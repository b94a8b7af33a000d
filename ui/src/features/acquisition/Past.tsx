/** Lets the rules of marketing sources hold for the past, too, once it was tried what that changes. */
import { useQuery } from "@tanstack/react-query";

import { type ActionProps, Button, Dialog, Failure, Note, Progress, Time, useChange, useFormat, useSay, useWords, Waiting } from "../../kit";
import { applyToPast, isOpen, JOBS, type Job, jobs, stop, tryOut } from "./api";
import { Differs } from "./Differs";

export default function Past({ onDone }: ActionProps) {
  const t = useWords();
  const say = useSay();
  const { data, error, isPending } = useQuery(jobs);
  // A trial says nothing any more of what was applied after it.
  const latest = data?.[0];
  const under = data?.find(isOpen);
  const found = latest?.difference ?? undefined;
  const trying = useChange(tryOut, { touches: [JOBS] });
  const applying = useChange(() => applyToPast(found?.version ?? 0), { touches: [JOBS], onDone: () => say(t("acquisition.past.begun")) });
  const isReady = found !== undefined && found.changed > 0 && !under;
  return (
    <Dialog
      title={t("acquisition.past.title")} confirm={t("acquisition.past.confirm")} isWide isDangerous isDisabled={!isReady} isBusy={applying.isPending}
      error={applying.error ?? trying.error} onClose={() => onDone(false)} onConfirm={() => applying.mutate(undefined)}
    >
      <div className="k-stack">
        <p>{t("acquisition.past.text")}</p>
        {isPending && <Waiting lines={3} />}
        {error && <Failure error={error} />}
        <Latest job={under ?? latest} />
        {latest && found && <p className="k-soft">{t("acquisition.past.tried", { who: latest.created_by })} <Time at={latest.finished_at} /></p>}
        {found && <Differs found={found} />}
        {data && !under && <Button isBusy={trying.isPending} onClick={() => trying.mutate(undefined)}>{t(found ? "acquisition.past.again" : "acquisition.past.try")}</Button>}
      </div>
    </Dialog>
  );
}

/** How far the latest job is, or what came of it. */
function Latest({ job }: { job: Job | undefined }) {
  const t = useWords();
  const format = useFormat();
  const stopping = useChange(() => stop(job?.id ?? ""), { touches: [JOBS] });
  if (!job) return null;
  if (job.state === "failed") return <Note tone="bad" title={t(`acquisition.past.failed.${job.work}`)}>{job.error}</Note>;
  if (job.state === "cancelled") return <Note tone="warn">{t(`acquisition.past.cancelled.${job.work}`)}</Note>;
  if (job.carried_out) return <Note tone="good">{t("acquisition.past.carried", { count: job.carried_out.identifiers })}</Note>;
  if (!isOpen(job)) return null;
  return (
    <div aria-live="polite">
      <Progress label={t(`acquisition.past.work.${job.work}`)} share={job.total ? job.done / job.total : null} />
      <div className="k-row">
        <span className="k-hint">
          {t(job.is_cancel_asked ? "acquisition.past.stopping" : `acquisition.past.work.${job.work}`)}
          {job.total !== null && ` · ${t("acquisition.past.of", { done: format.number(job.done), total: format.number(job.total) })}`}
        </span>
        <Button isSmall isDisabled={job.is_cancel_asked} isBusy={stopping.isPending} onClick={() => stopping.mutate(undefined)}>{t("acquisition.past.stop")}</Button>
      </div>
      {job.error && <Note tone="warn" title={t("acquisition.past.retried")}>{job.error}</Note>}
    </div>
  );
}
