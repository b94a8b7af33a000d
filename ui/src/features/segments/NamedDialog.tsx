/** A list or snapshot to be made: what it is called, and why. */
import { useState } from "react";

import { Dialog, TextField, useChange, useWords } from "../../kit";
import { makeList, takeSnapshot } from "./listing";

interface Props {
  /** Of a snapshot: the segment whose people it is to hold. */
  of?: { key: string; name: string };
  onClose: () => void;
  onMade: (key: string) => void;
}

export function NamedDialog({ of, onClose, onMade }: Props) {
  const t = useWords();
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const words = of ? "snapshot" : "list";
  const doing = useChange(() => (of ? takeSnapshot(of.key, name.trim(), note) : makeList(name.trim(), note)), {
    touches: [["rows", "segments"], ["vocabulary", "segments"]],
    onDone: (made) => onMade(made.key),
  });
  return (
    <Dialog
      title={t(`segment_lists.${words}.title`, { name: of?.name ?? "" })} confirm={t(`segment_lists.${words}.confirm`)}
      onClose={onClose} onConfirm={() => doing.mutate(undefined)} isBusy={doing.isPending} isDisabled={!name.trim()} error={doing.error}
    >
      <p>{t(`segment_lists.${words}.text`)}</p>
      <TextField label={t("segments.name")} value={name} most={200} isRequired isFocused onChange={setName} />
      <TextField label={t("segments.note")} value={note} most={1000} onChange={setNote} />
    </Dialog>
  );
}
