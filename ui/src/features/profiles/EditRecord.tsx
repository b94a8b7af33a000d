/** Makes a related record of a person, or changes one: each field has the input that fits its type. */
import { useState } from "react";

import { language } from "../../app/place";
import { Dialog, Note, Select, TextField, useMay, useSay, useWords } from "../../kit";
import { type Kind, type KindField, type Profile, type RelatedRecord, useStateRecord } from "./api";
import { text, typed, TypedField } from "./TypedField";

interface Props {
  one: Profile;
  /** Kinds that can be chosen; the one of the record where it is there. */
  kinds: Kind[];
  record?: RelatedRecord;
  onDone: () => void;
}

export function EditRecord({ one, kinds, record, onDone }: Props) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const state = useStateRecord(one.id);
  const [name, setName] = useState(kinds[0]?.name ?? "");
  const [id, setId] = useState(record?.id ?? "");
  const [written, write] = useState<Record<string, string>>({});
  const kind = kinds.find((each) => each.name === name);
  const fields = (kind?.fields ?? []).filter((field) => !field.is_retired && (may("profiles.personal") || !field.is_personal));
  const was = (field: KindField) => text(record?.fields[field.name]);
  const changed = fields.filter((field) => (written[field.name] ?? was(field)) !== was(field));
  const value = (field: KindField) => (written[field.name]?.trim() ? typed(written[field.name] ?? "", inputOf(field)) : null);
  const isNew = !record || record.is_removed;
  const save = () =>
    state.mutate({ kind: name, id: id.trim(), fields: Object.fromEntries(changed.map((field) => [field.name, value(field)])), removed: false }, {
      onSuccess: () => {
        say(t(record ? "profiles.records.changed_done" : "profiles.records.made"));
        onDone();
      },
    });
  return (
    <Dialog title={record ? t("profiles.records.edit", { id: record.id }) : t("profiles.records.add")} confirm={t("profiles.records.save")} onConfirm={save} onClose={onDone} isBusy={state.isPending} isDisabled={!id.trim() || (!isNew && changed.length === 0)} error={state.error} isWide>
      {record?.is_removed && <Note tone="warn">{t("profiles.records.restores")}</Note>}
      {!record && (
        <div className="k-grid-2">
          <Select label={t("profiles.records.kind")} value={name} onChange={setName} options={kinds.map((each) => ({ value: each.name, label: each[language].one }))} />
          <TextField label={t("profiles.records.id")} hint={t("profiles.records.id_hint")} value={id} onChange={setId} most={200} isRequired />
        </div>
      )}
      <div className="k-grid-2">
        {fields.map((field) => (
          <TypedField
            key={`${name} ${field.name}`} label={field[language]} type={inputOf(field)} isRequired={field.is_required} hint={field.type === "money" ? field.currency || "RUB" : undefined}
            value={written[field.name] ?? was(field)} options={field.type === "choice" ? (field.options ?? []).map((option) => ({ value: option.value, label: option[language] })) : undefined}
            onChange={(next) => write((before) => ({ ...before, [field.name]: next }))}
          />
        ))}
      </div>
    </Dialog>
  );
}

/** Money is written as a decimal text, so that no digit is lost on the way. */
function inputOf(field: KindField): string {
  return field.type === "texts" ? "list" : field.type === "money" ? "text" : (field.type ?? "text");
}
