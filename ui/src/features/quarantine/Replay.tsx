/** Sends rejected events again: several as they came, one with corrections, all of a question by the same steps. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, TextField, useWords } from "../../kit";
import { ReplayAll } from "./ReplayAll";

export default function Replay({ every, ...props }: ActionProps) {
  return every ? <ReplayAll {...props} every={every} /> : <ReplaySome {...props} />;
}

function ReplaySome(props: ActionProps) {
  const t = useWords();
  const { rows } = props;
  const came = rows.length === 1 ? String(rows[0]?.values["event"] ?? "") : "";
  const [text, write] = useState(came);
  const isWrong = text !== came && !isObject(text);
  const send = () => {
    const events = rows.map((row) => ({ id: row.key, ...(text !== came && { event: JSON.parse(text) as Record<string, unknown> }) }));
    return got(api.POST("/api/{workspace}/quarantine/replay", { params: { path: here }, body: { events } }));
  };
  return (
    <ActionDialog
      {...props} title={t("quarantine.replay.title")} confirm={t("quarantine.replay.confirm")} done={t("quarantine.replay.done")}
      isDisabled={isWrong} change={send}
    >
      <p>{t("quarantine.replay.text", { count: rows.length })}</p>
      {came !== "" && (
        <TextField
          label={t("quarantine.replay.event")} hint={t("quarantine.replay.hint")} value={text} onChange={write} rows={8}
          error={isWrong ? t("quarantine.replay.wrong") : undefined}
        />
      )}
    </ActionDialog>
  );
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
