/** Gives a tag to the person of a row, or takes it. */
import { useState } from "react";

import { type ActionProps, Choice, Dialog, TextField, useWords } from "../../kit";
import { useChanges } from "./api";

export default function TagRow({ rows, onDone }: ActionProps) {
  const t = useWords();
  const { tag } = useChanges(rows[0]?.key ?? "");
  const [name, setName] = useState("");
  const [way, setWay] = useState<"add" | "remove">("add");
  const save = () => {
    const named = [name.trim()];
    tag.mutate({ add: way === "add" ? named : [], remove: way === "remove" ? named : [] }, { onSuccess: () => onDone(true) });
  };
  return (
    <Dialog title={t("profiles.tags.title")} confirm={t(`profiles.tags.ways.${way}`)} onConfirm={save} onClose={() => onDone(false)} isBusy={tag.isPending} isDisabled={!name.trim()} error={tag.error}>
      <Choice label={t("profiles.tags.way")} value={way} onChange={setWay} options={(["add", "remove"] as const).map((one) => ({ value: one, label: t(`profiles.tags.ways.${one}`) }))} />
      <TextField label={t("profiles.tags.name")} value={name} onChange={setName} />
    </Dialog>
  );
}
