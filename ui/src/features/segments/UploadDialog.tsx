/** A file of people for a list: what is to become of them, then what became of every row. */
import { useState } from "react";

import { Choice, Dialog, Facts, FileDrop, Note, Num, Switch, Table, TextField, useChange, useMay, useWords } from "../../kit";
import type { Segment } from "./api";
import { type Listed, listTouched, type Mode, putPeople } from "./listing";

const MODES: Mode[] = ["add", "replace", "remove"];

export function UploadDialog({ one, onDone }: { one: Segment; onDone: () => void }) {
  const t = useWords();
  const may = useMay();
  const [mode, setMode] = useState<Mode>("add");
  const [makes, setMakes] = useState(false);
  const [note, setNote] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const sending = useChange(putPeople.bind(null, one.key), { touches: listTouched(one.key) });
  const send = () => file && sending.mutate({ file, mode, makes: makes && mode !== "remove", note });
  if (sending.data) return <Result one={one} found={sending.data} onDone={onDone} />;
  return (
    <Dialog
      title={t("segment_lists.upload.title", { name: one.name })} confirm={t(`segment_lists.upload.confirm_${mode}`)} isDangerous={mode === "replace"}
      onClose={onDone} onConfirm={send} isBusy={sending.isPending} isDisabled={!file} error={sending.error}
    >
      <Choice isLabelShown label={t("segment_lists.upload.mode")} value={mode} onChange={setMode} options={MODES.map((value) => ({ value, label: t(`segment_lists.upload.${value}`) }))} />
      <FileDrop label={file ? file.name : t("segment_lists.upload.drop")} hint={t("segment_lists.upload.hint")} accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,.gz,.zst" isDisabled={sending.isPending} onFile={setFile} />
      {mode !== "remove" && may("profiles.write") && <Switch label={t("segment_lists.upload.makes")} hint={t("segment_lists.upload.makes_hint")} value={makes} onChange={setMakes} />}
      <TextField label={t("segments.note")} value={note} onChange={setNote} most={500} />
    </Dialog>
  );
}

function Result({ one, found, onDone }: { one: Segment; found: Listed; onDone: () => void }) {
  const t = useWords();
  const names = ["rows", "found", "people", "made", "not_found", "ambiguous", "unreadable", "added", "removed"] as const;
  return (
    <Dialog title={t("segment_lists.result.title", { name: one.name })} confirm={t("segment_lists.result.confirm")} onClose={onDone} onConfirm={onDone} isWide>
      {!found.applied && <Note tone="accent">{t("segment_lists.result.waits")}</Note>}
      <Facts items={names.map((name) => ({ name: t(`segment_lists.result.${name}`), value: <Num value={found[name]} /> }))} />
      {found.lines.length > 0 && (
        <Table
          label={t("segment_lists.result.lines")} items={found.lines} keyOf={(line) => String(line.row)}
          columns={[
            { key: "row", title: t("segment_lists.result.row"), isNumber: true, width: 90, show: (line) => <Num value={line.row} /> },
            { key: "value", title: t("segment_lists.result.value"), show: (line) => line.value || "—" },
            { key: "why", title: t("segment_lists.result.why"), width: 200, show: (line) => t(`segment_lists.result.${line.why}`) },
          ]}
        />
      )}
    </Dialog>
  );
}
