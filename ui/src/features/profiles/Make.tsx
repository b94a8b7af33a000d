/** Makes a person, or adds to the one whom an identifier names already. Each attribute has the input that fits it. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { type ActionProps, Button, Dialog, Note, Select, TextField, useMay, useSection, useWords } from "../../kit";
import { WAIT } from "./api";
import { NOT_ATTRIBUTES } from "./EditAttributes";
import { useAttributeNames } from "./names";
import { typed, TypedField } from "./TypedField";

const KINDS = ["phone", "email"] as const;
const NAMES = ["last_name", "first_name", "middle_name"];
const TYPES = ["text", "number", "date", "boolean", "list"] as const;
const OWN = "$own";

interface Attribute {
  name: string;
  type: string;
}

export default function Make({ onDone }: ActionProps) {
  const t = useWords();
  const nameOf = useAttributeNames();
  const [written, write] = useState<Record<string, string>>({});
  const [attributes, setAttributes] = useState<Attribute[]>(NAMES.map((name) => ({ name, type: "text" })));
  const held = (name: string) => written[name]?.trim() ?? "";
  const make = useMutation({
    mutationFn: () =>
      got(
        api.POST("/api/{workspace}/profiles", {
          params: { path: here, query: { wait: WAIT } },
          body: {
            identifiers: KINDS.filter(held).map((kind) => ({ kind, value: held(kind) })),
            attributes: Object.fromEntries(attributes.filter(({ name }) => held(name)).map(({ name, type }) => [name, typed(held(name), type)])),
          },
        }),
      ),
    onSuccess: () => onDone(true),
  });
  const put = (name: string) => (value: string) => write((before) => ({ ...before, [name]: value }));
  return (
    <Dialog title={t("profiles.make.title")} confirm={t("profiles.make.confirm")} onConfirm={() => make.mutate()} onClose={() => onDone(false)} isBusy={make.isPending} isDisabled={!KINDS.some(held)} error={make.error} isWide>
      <Note>{t("profiles.make.text")}</Note>
      <div className="k-grid-2">
        {KINDS.map((kind) => <TextField key={kind} label={nameOf(kind)} value={written[kind] ?? ""} onChange={put(kind)} />)}
        {attributes.map(({ name, type }) => <TypedField key={name} label={nameOf(name)} type={type} value={written[name] ?? ""} onChange={put(name)} />)}
      </div>
      <More taken={attributes} onMore={(one) => setAttributes([...attributes, one])} />
    </Dialog>
  );
}

/** Another attribute: one of the list's columns, or one of the project's own with its type. */
function More({ taken, onMore }: { taken: Attribute[]; onMore: (one: Attribute) => void }) {
  const t = useWords();
  const may = useMay();
  const nameOf = useAttributeNames();
  const section = useSection("profiles");
  const [isOwn, setOwn] = useState(false);
  const [name, setName] = useState("");
  const [type, setType] = useState<(typeof TYPES)[number]>("text");
  const names = new Set<string>([...KINDS, ...taken.map((one) => one.name)]);
  const free = (section?.columns ?? []).filter((one) => !NOT_ATTRIBUTES.has(one.name) && !names.has(one.name) && (may("profiles.personal") || !one.is_personal));
  const choose = (chosen: string) => {
    if (chosen === OWN) return setOwn(true);
    const column = free.find((one) => one.name === chosen);
    if (column) onMore({ name: column.name, type: column.type });
  };
  const add = () => {
    onMore({ name: name.trim(), type });
    setOwn(false);
    setName("");
  };
  if (!isOwn) {
    return <Select label={t("profiles.make.more")} value={null} placeholder={t("profiles.make.choose")} onChange={choose} options={[...free.map((one) => ({ value: one.name, label: nameOf(one.name) })), { value: OWN, label: t("profiles.make.own") }]} />;
  }
  return (
    <div className="k-grid-2">
      <TextField label={t("profiles.make.own_name")} hint={t("profiles.make.own_hint")} value={name} onChange={setName} most={100} isFocused />
      <Select label={t("profiles.make.own_type")} value={type} onChange={setType} options={TYPES.map((value) => ({ value, label: t(`profiles.make.types.${value}`) }))} />
      <div><Button icon="add" onClick={add} isDisabled={!name.trim() || names.has(name.trim())}>{t("profiles.make.add")}</Button></div>
    </div>
  );
}
