/** Says what an event or an attribute means, whose it is, and whether it is personal. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Failure, Select, Switch, TextField, useWords, Waiting } from "../../kit";
import { attributeNotes, eventNotes, type Note, subjectOf } from "./api";

type Personal = "guess" | "yes" | "no";

export default function Describe(props: ActionProps) {
  const isEvent = props.section.name === "dictionary_events";
  const key = props.rows[0]?.key ?? "";
  const events = useQuery({ ...eventNotes, enabled: isEvent });
  const attributes = useQuery({ ...attributeNotes, enabled: !isEvent });
  const { type, name } = subjectOf(key);
  const { error } = isEvent ? events : attributes;
  const note = isEvent ? events.data?.items.find((one) => one.type === type && one.name === name)?.note : attributes.data?.items.find((one) => one.path === key)?.note;
  if (note) return <Form {...props} note={note} subject={isEvent ? { type, name, path: "" } : { type: "", name: "", path: key }} />;
  return error ? <Failure error={error} /> : <Waiting lines={2} />;
}

function Form({ note, subject, ...props }: ActionProps & { note: Note; subject: { type: string; name: string; path: string } }) {
  const t = useWords();
  const [held, change] = useState({ en: note.en ?? "", ru: note.ru ?? "", owner: note.owner ?? "", is_deprecated: note.is_deprecated ?? false });
  const before = note.is_personal ?? null;
  const [personal, guess] = useState<Personal>(before === null ? "guess" : before ? "yes" : "no");
  const set = (part: Partial<typeof held>) => change({ ...held, ...part });
  const body = { ...subject, ...held, is_personal: personal === "guess" ? null : personal === "yes" };
  return (
    <ActionDialog
      {...props} title={t("dictionary.describe.title", { name: subject.path || subject.name || subject.type })} confirm={t("dictionary.describe.save")} done={t("dictionary.describe.done")}
      change={() => got(api.PUT("/api/{workspace}/dictionary/notes", { params: { path: here }, body })).then(() => null)}
    >
      <TextField label={t("dictionary.describe.ru")} rows={2} value={held.ru} onChange={(ru) => set({ ru })} most={2000} />
      <TextField label={t("dictionary.describe.en")} rows={2} value={held.en} onChange={(en) => set({ en })} most={2000} />
      <TextField label={t("dictionary.describe.owner")} hint={t("dictionary.describe.owner_hint")} value={held.owner} onChange={(owner) => set({ owner })} most={200} />
      {subject.path && (
        <Select label={t("dictionary.describe.personal")} value={personal} onChange={guess} options={(["guess", "yes", "no"] as const).map((one) => ({ value: one, label: t(`dictionary.personal.${one}`) }))} />
      )}
      <Switch label={t("dictionary.describe.deprecated")} hint={t("dictionary.describe.deprecated_hint")} value={held.is_deprecated} onChange={(isDeprecated) => set({ is_deprecated: isDeprecated })} />
    </ActionDialog>
  );
}
