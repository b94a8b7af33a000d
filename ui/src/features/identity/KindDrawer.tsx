/** One kind of identifiers: how far it may be trusted, with what that comes to in words. */
import { useState } from "react";

import { Button, Drawer, Note, NumberField, type Option, Select, SelectMany, Switch, TextField, useWords } from "../../kit";
import { type Form, FORMS, type Kind, type Level, LEVELS } from "./model";
import { sentences, useKindNames } from "./words";

const NAME = /^[a-z][a-z0-9_]{0,49}$/;

interface KindDrawerProps {
  kind: Kind;
  /** Names of the other kinds. */
  taken: string[];
  onSave: (kind: Kind) => void;
  onRemove?: (() => void) | undefined;
  onClose: () => void;
}

export function KindDrawer({ kind, taken, onSave, onRemove, onClose }: KindDrawerProps) {
  const t = useWords();
  const nameOf = useKindNames();
  const isNew = kind.name === "";
  const [held, change] = useState(kind);
  const set = (part: Partial<Kind>) => change({ ...held, ...part });
  const fault = !NAME.test(held.name) ? t("identity.kind_form.wrong_name") : taken.includes(held.name) ? t("identity.kind_form.taken") : undefined;
  return (
    <Drawer
      title={isNew ? t("identity.kind_form.new") : nameOf(kind.name)} isOpen onClose={onClose}
      footer={
        <div className="k-row k-end">
          {onRemove && <Button kind="quiet" isDangerous onClick={onRemove}>{t("identity.kind_form.remove")}</Button>}
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button kind="main" isDisabled={fault !== undefined} onClick={() => onSave(held)}>{t("identity.kind_form.save")}</Button>
        </div>
      }
    >
      <div className="k-stack">
        <Note>{sentences(held, t).join(" ")}</Note>
        {isNew && <TextField label={t("identity.kind_form.name")} hint={t("identity.kind_form.name_hint")} isRequired value={held.name} onChange={(name) => set({ name })} most={50} error={held.name && fault ? fault : undefined} />}
        <Select label={t("identity.fields.level")} value={held.level} onChange={(level) => set({ level })} options={LEVELS.map((level): Option<Level> => ({ value: level, label: t(`identity.levels.${level}`) }))} />
        {held.level !== "household" && <Trust held={held} set={set} />}
        <Select label={t("identity.fields.form")} hint={t("identity.kind_form.form_hint")} value={held.form} onChange={(form) => set({ form })} options={FORMS.map((form): Option<Form> => ({ value: form, label: t(`identity.forms.${form}`) }))} />
        <SelectMany label={t("identity.fields.paths")} hint={t("identity.kind_form.paths_hint")} values={held.paths} onChange={(paths) => set({ paths })} />
        <TextField
          label={t("identity.fields.blocked")} hint={t("identity.kind_form.blocked_hint")} rows={2} value={held.blocked.join("\n")}
          onChange={(text) => set({ blocked: text.split("\n").filter(Boolean) })}
        />
      </div>
    </Drawer>
  );
}

/** How many values and people are still believable. */
function Trust({ held, set }: { held: Kind; set: (part: Partial<Kind>) => void }) {
  const t = useWords();
  const number = (field: "limit" | "window_days" | "max_people" | "life_days", unit: string | undefined, isDisabled = false) => (
    <NumberField
      label={t(`identity.fields.${field}`)} hint={t(`identity.kind_form.${field}_hint`)} least={0} most={100_000} isDisabled={isDisabled} value={held[field]}
      {...(unit && { unit })} onChange={(value) => set({ [field]: Math.floor(value ?? 0) })}
    />
  );
  return (
    <>
      <Switch label={t("identity.fields.unique")} hint={t("identity.kind_form.unique_hint")} value={held.unique} onChange={(unique) => set({ unique })} />
      {number("limit", undefined, held.unique)}
      {number("window_days", t("identity.days"), held.unique || held.limit === 0)}
      {number("max_people", undefined)}
      {number("life_days", t("identity.days"))}
    </>
  );
}
