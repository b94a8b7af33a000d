/** The dry run: what the import would do, before anything is written. */
import { useEffect } from "react";

import { Button, Figure, Note, Num, Panel, Refusal, Table, useWords, Waiting } from "../../kit";
import { type ImportDetail, useImport } from "./api";

/** Reasons with words of their own; those of the tracking API stand as they are. */
const KNOWN = new Set([
  "no_identifier", "wrong_value", "value_left_out", "wrong_time", "wrong_order", "wrong_record", "no_event_name", "ragged", "too_long", "unclosed_quote",
  "wrong_json", "wrong_text",
]);

export function Trial({ one, onBack }: { one: ImportDetail; onBack: () => void }) {
  const t = useWords();
  const { trial, start } = useImport(one.summary.id);
  const { mutate } = trial;
  useEffect(() => mutate(undefined), [mutate]);
  const found = trial.data;
  if (!found) return trial.error ? <><Refusal error={trial.error} /><div><Button onClick={onBack}>{t("imports.trial.back")}</Button></div></> : <Waiting lines={6} />;
  const rows = { read: 0, rejected: 0, ...found.rows };
  const reasons = Object.entries(found.reasons);
  return (
    <>
      <div className="k-figures">
        <Figure name={t("imports.trial.new")} value={<Num value={found.new} />} tone="good" />
        <Figure name={t("imports.trial.updated")} value={<Num value={found.updated} />} />
        <Figure name={t("imports.trial.merged")} value={<Num value={found.merged} />} />
        {found.orders_new + found.orders_updated > 0 && <Figure name={t("imports.trial.orders")} value={<Num value={found.orders_new} />} note={t("imports.trial.orders_updated", { count: found.orders_updated })} />}
        <Figure name={t("imports.trial.rejected")} value={<Num value={rows.rejected} />} tone={rows.rejected ? "warn" : "plain"} note={t("imports.trial.of_rows", { count: rows.read })} />
      </div>
      {!found.is_whole && <Note>{t("imports.trial.partly", { count: found.judged })}</Note>}
      {found.repeated > 0 && <Note tone="warn">{t("imports.trial.repeated", { count: found.repeated })}</Note>}
      {found.errors.length > 0 && (
        <Panel title={t("imports.trial.faults")}>
          <div className="k-row">{reasons.map(([reason, count]) => <span key={reason} className="k-soft">{spoken(t, reason)}: <Num value={count} /></span>)}</div>
          <Table
            label={t("imports.trial.faults")} items={found.errors} keyOf={(row) => String(row.row)}
            columns={[
              { key: "row", title: t("imports.trial.row"), isNumber: true, width: 90, show: (row) => <Num value={row.row} /> },
              { key: "detail", title: t("imports.trial.why"), show: (row) => <span title={row.detail}>{spoken(t, row.reason)}</span> },
              { key: "text", title: t("imports.trial.text"), show: (row) => <span className="k-soft">{row.text}</span> },
            ]}
          />
        </Panel>
      )}
      <Refusal error={start.error} />
      <div className="k-row">
        <Button kind="main" onClick={() => start.mutate(undefined)} isBusy={start.isPending}>{t("imports.trial.start")}</Button>
        <Button onClick={onBack}>{t("imports.trial.back")}</Button>
      </div>
    </>
  );
}

function spoken(t: (key: string) => string, reason: string): string {
  return KNOWN.has(reason) ? t(`imports.reasons.${reason}`) : reason;
}
