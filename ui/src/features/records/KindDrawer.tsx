/** Makes a kind of records or changes one: its names, and fields of a type each, which never changes. */
import { useState } from "react";

import { Button, Drawer, Note, Panel, Refusal, Switch, TextField, useChange, useSay, useWords } from "../../kit";
import { type Field, type Kind, put } from "./api";
import { FieldForm } from "./FieldForm";

const NAME = /^[a-z][a-z0-9_]{0,49}$/;

export function KindDrawer({ kind, taken, onClose }: { kind: Kind; taken: string[]; onClose: () => void }) {
  const t = useWords();
  const say = useSay();
  const isNew = kind.name === "";
  const [held, change] = useState(kind);
  const fields = held.fields ?? [];
  const there = new Set((kind.fields ?? []).map((one) => one.name));
  const nameFault = !held.name ? undefined : !NAME.test(held.name) ? t("records.form.wrong_name") : isNew && taken.includes(held.name) ? t("records.form.taken") : undefined;
  const saving = useChange(() => put(held), {
    touches: [["record-kinds"], ["sections"], ["rows", "related_records"]],
    onDone: () => {
      say(t("records.form.saved"));
      onClose();
    },
  });
  const setField = (index: number, field: Field) => change({ ...held, fields: fields.map((one, place) => (place === index ? field : one)) });
  const isWhole = NAME.test(held.name) && !nameFault && [held.ru, held.en].every((one) => one.one.trim() && one.many.trim()) && fields.every((one) => NAME.test(one.name) && one.ru.trim() && one.en.trim());
  return (
    <Drawer
      title={isNew ? t("records.form.new") : kind.ru.one} isOpen isWide onClose={onClose}
      footer={
        <div className="k-row k-end">
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button kind="main" isBusy={saving.isPending} isDisabled={!isWhole} onClick={() => saving.mutate(undefined)}>{t("records.form.save")}</Button>
        </div>
      }
    >
      <div className="k-stack">
        {isNew && <TextField label={t("records.form.name")} hint={t("records.form.name_hint")} isRequired value={held.name} onChange={(name) => change({ ...held, name })} most={50} error={nameFault} />}
        <Names held={held} change={change} />
        {!isNew && <Switch label={t("records.form.retired")} hint={t("records.retired_text")} value={held.is_retired ?? false} onChange={(isRetired) => change({ ...held, is_retired: isRetired })} />}
        <Panel title={t("records.form.fields")} extra={<Button icon="add" isSmall onClick={() => change({ ...held, fields: [...fields, { name: "", en: "", ru: "", type: "text" }] })}>{t("records.form.add_field")}</Button>}>
          {fields.length === 0 && <p className="k-soft">{t("records.form.no_fields")}</p>}
          {fields.map((field, index) => (
            <FieldForm
              // A field has no key of its own until it is named; its place never changes here.
              // oxlint-disable-next-line react/no-array-index-key
              key={index} field={field} isThere={there.has(field.name) && index < there.size} onChange={(one) => setField(index, one)}
              onRemove={() => change({ ...held, fields: fields.filter((_, place) => place !== index) })}
            />
          ))}
        </Panel>
        {!isNew && <Note>{t("records.form.types_stay")}</Note>}
        <Refusal error={saving.error} />
      </div>
    </Drawer>
  );
}

function Names({ held, change }: { held: Kind; change: (kind: Kind) => void }) {
  const t = useWords();
  const field = (language: "ru" | "en", form: "one" | "many") => (
    <TextField label={t(`records.form.${language}_${form === "one" ? "single" : "plural"}`)} isRequired value={held[language][form]} onChange={(text) => change({ ...held, [language]: { ...held[language], [form]: text } })} most={100} />
  );
  return (
    <div className="k-record-grid">
      {field("ru", "one")}
      {field("ru", "many")}
      {field("en", "one")}
      {field("en", "many")}
    </div>
  );
}
