/** Gives a tag to the person of a row, to chosen ones, or to everybody in the list; or takes it. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { type ActionProps, Choice, Dialog, TextField, useChange, useSay, useWords } from "../../kit";
import { useChanges } from "./api";

export default function TagRow({ section, rows, every, onDone }: ActionProps) {
  const t = useWords();
  const say = useSay();
  const { tag } = useChanges(rows[0]?.key ?? "");
  const [name, setName] = useState("");
  const [way, setWay] = useState<"add" | "remove">("add");
  const isMany = every !== undefined || rows.length > 1;
  const question = every ? { filters: every.filters as Record<string, unknown>, order: every.order } : { keys: rows.map((row) => row.key) };
  const body = { section: section.name, question, tag: { type: "tag" as const, tag: name.trim(), way } };
  const many = useChange(() => got(api.POST("/api/{workspace}/lists/tags", { params: { path: here }, body })), {
    touches: [["list-work"]],
    onDone: () => {
      say(t("profiles.tags.begun"));
      onDone(true);
    },
  });
  const save = () => {
    if (isMany) return many.mutate(undefined);
    const named = [name.trim()];
    return tag.mutate({ add: way === "add" ? named : [], remove: way === "remove" ? named : [] }, { onSuccess: () => onDone(true) });
  };
  return (
    <Dialog title={t("profiles.tags.title")} confirm={t(`profiles.tags.ways.${way}`)} onConfirm={save} onClose={() => onDone(false)} isBusy={tag.isPending || many.isPending} isDisabled={!name.trim()} error={tag.error ?? many.error}>
      {isMany && <p>{every ? t("profiles.tags.every", { total: every.total }) : t("profiles.tags.many", { count: rows.length })}</p>}
      <Choice isLabelShown label={t("profiles.tags.way")} value={way} onChange={setWay} options={(["add", "remove"] as const).map((one) => ({ value: one, label: t(`profiles.tags.ways.${one}`) }))} />
      <TextField label={t("profiles.tags.name")} value={name} onChange={setName} />
    </Dialog>
  );
}
