/** One field of a kind. Its name and type are chosen once; what was there may be retired, not removed. */
import { useState } from "react";

import { Button, Checkbox, type Option, Select, TextField, useWords } from "../../kit";
import { type Field, type FieldType, TYPES } from "./api";
import "./records.css";

interface FieldFormProps {
  field: Field;
  /** It holds values already. */
  isThere: boolean;
  onChange: (field: Field) => void;
  onRemove: () => void;
}

export function FieldForm({ field, isThere, onChange, onRemove }: FieldFormProps) {
  const t = useWords();
  const set = (part: Partial<Field>) => onChange({ ...field, ...part });
  const type = field.type ?? "text";
  return (
    <fieldset className="k-record-field">
      <legend className="k-unseen">{field.ru || t("records.form.field")}</legend>
      <div className="k-record-grid">
        <TextField label={t("records.form.ru")} isRequired value={field.ru} onChange={(ru) => set({ ru })} most={100} />
        <TextField label={t("records.form.en")} isRequired value={field.en} onChange={(en) => set({ en })} most={100} />
        <TextField label={t("records.form.code")} isRequired value={field.name} onChange={(name) => set({ name })} most={50} isDisabled={isThere} />
        <Select label={t("records.type")} value={type} isDisabled={isThere} onChange={(chosen) => set({ type: chosen })} options={TYPES.map((one): Option<FieldType> => ({ value: one, label: t(`records.types.${one}`) }))} />
        {type === "money" && <TextField label={t("records.form.currency")} value={field.currency ?? ""} placeholder="RUB" onChange={(currency) => set({ currency: currency.toUpperCase() })} most={3} isDisabled={isThere} />}
      </div>
      {type === "choice" && <Options field={field} set={set} />}
      <div className="k-row">
        <Checkbox label={t("records.required")} value={field.is_required ?? false} onChange={(isRequired) => set({ is_required: isRequired })} />
        <Checkbox label={t("records.personal")} value={field.is_personal ?? false} onChange={(isPersonal) => set({ is_personal: isPersonal })} />
        {isThere
          ? <Checkbox label={t("records.form.retire_field")} value={field.is_retired ?? false} onChange={(isRetired) => set({ is_retired: isRetired })} />
          : <Button kind="quiet" icon="delete" isSmall onClick={onRemove}>{t("records.form.remove_field")}</Button>}
      </div>
    </fieldset>
  );
}

/** An option on a line: value; Russian; English. */
function Options({ field, set }: { field: Field; set: (part: Partial<Field>) => void }) {
  const t = useWords();
  const text = (field.options ?? []).map((one) => [one.value, one.ru, one.en].join("; ")).join("\n");
  const read = (written: string) =>
    set({
      options: written.split("\n").map((line) => line.split(";").map((part) => part.trim())).filter(([value]) => value).map(([value = "", ru = "", en = ""]) => ({ value, ru: ru || value, en: en || ru || value })),
    });
  return <OptionText label={t("records.form.options")} hint={t("records.form.options_hint")} text={text} onRead={read} />;
}

function OptionText({ label, hint, text, onRead }: { label: string; hint: string; text: string; onRead: (text: string) => void }) {
  const [written, write] = useState(text);
  return (
    <TextField
      label={label} hint={hint} rows={3} value={written}
      onChange={(next) => {
        write(next);
        onRead(next);
      }}
    />
  );
}
