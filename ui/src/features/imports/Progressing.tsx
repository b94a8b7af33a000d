/** How far an import is, what became of its rows, and the file of those that were not taken. */
import { Button, Figure, Note, Num, Progress, Refusal, Time, useWords } from "../../kit";
import { errorsOf, type ImportDetail, useImport } from "./api";

export function Progressing({ one }: { one: ImportDetail }) {
  const t = useWords();
  const { start, cancel } = useImport(one.summary.id);
  const { rows: counted, state, rows_expected: expected, reason, finished_at: ended } = one.summary;
  const rows = { read: 0, accepted: 0, rejected: 0, partial: 0, ...counted };
  const isUnderWay = state === "waiting" || state === "running";
  const share = state === "done" ? 1 : expected ? Math.min(1, rows.read / expected) : null;
  return (
    <>
      <Progress label={t("imports.run.progress")} share={share} isFailed={state === "failed"} />
      <div className="k-figures">
        <Figure name={t("imports.run.read")} value={<Num value={rows.read} />} note={ended !== null && <Time at={ended} />} />
        <Figure name={t("imports.run.accepted")} value={<Num value={rows.accepted} />} tone="good" note={rows.partial ? t("imports.run.partial", { count: rows.partial }) : undefined} />
        <Figure name={t("imports.run.rejected")} value={<Num value={rows.rejected} />} tone={rows.rejected ? "warn" : "plain"} note={rows.rejected > 0 && <a href={errorsOf(one.summary.id)}>{t("imports.run.errors")}</a>} />
      </div>
      {reason && <Note tone="bad" title={t("imports.run.failed")}>{reason}</Note>}
      {isUnderWay && <Note>{t("imports.run.leave")}</Note>}
      <Refusal error={start.error ?? cancel.error} />
      <div className="k-row">
        {isUnderWay && <Button onClick={() => cancel.mutate(undefined)} isBusy={cancel.isPending}>{t("imports.run.cancel")}</Button>}
        {state === "failed" && <Button kind="main" onClick={() => start.mutate(undefined)} isBusy={start.isPending}>{t("imports.run.again")}</Button>}
      </div>
    </>
  );
}
