/** Changes what is known of a person. What a person with rights enters here counts as confirmed. */
import { lazy, Suspense, useState } from "react";

import { Dialog, NumberField, Select, SelectMany, TextField, useMay, useSay, useSection, useWords } from "../../kit";
import { type Profile, useChanges } from "./api";
import { useAttributeNames } from "./names";

/** The calendar is heavy, and comes when it is wanted. */
const DayField = lazy(async () => ({ default: (await import("../../kit/period")).DayField }));

/** Parts the values of a list while they are edited. */
const LINE = "\n";
const NOT_ATTRIBUTES = new Set(["id", "known", "identifiers", "tags", "other_attributes", "events", "first_seen", "last_seen"]);

export function EditAttributes({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const nameOf = useAttributeNames();
  const section = useSection("profiles");
  const { edit } = useChanges(one.id);
  const columns = (section?.columns ?? []).filter((column) => !NOT_ATTRIBUTES.has(column.name) && (may("profiles.personal") || !column.is_personal));
  const [written, write] = useState<Record<string, string>>(() =>
    Object.fromEntries(columns.map((column) => [column.name, text(one.attributes[column.name]?.value)])),
  );
  const changed = columns.filter((column) => written[column.name] !== text(one.attributes[column.name]?.value));
  const save = () => {
    const stated = changed.filter((column) => written[column.name]?.trim());
    const attributes = Object.fromEntries(stated.map((column) => [column.name, typed(written[column.name] ?? "", column.type, Array.isArray(one.attributes[column.name]?.value))]));
    const clear = changed.filter((column) => !written[column.name]?.trim()).map((column) => column.name);
    edit.mutate({ attributes, clear }, {
      onSuccess: () => {
        say(t("profiles.edit.done"));
        onDone();
      },
    });
  };
  return (
    <Dialog title={t("profiles.edit.title")} confirm={t("profiles.edit.save")} onConfirm={save} onClose={onDone} isBusy={edit.isPending} isDisabled={!changed.length} error={edit.error} isWide>
      <p className="k-soft">{t("profiles.edit.hint")}</p>
      <div className="k-grid-2">
        {columns.map((column) => (
          <AttributeField
            key={column.name} label={nameOf(column.name)} type={column.type} value={written[column.name] ?? ""} isList={Array.isArray(one.attributes[column.name]?.value)}
            onChange={(value) => write((before) => ({ ...before, [column.name]: value }))}
          />
        ))}
      </div>
    </Dialog>
  );
}

interface FieldProps {
  label: string;
  type: string;
  value: string;
  isList: boolean;
  onChange: (value: string) => void;
}

/** The input that fits the type of an attribute; empty means that nothing is known. */
function AttributeField({ label, type, value, isList, onChange }: FieldProps) {
  const t = useWords();
  if (isList) return <SelectMany label={label} values={value ? value.split(LINE) : []} onChange={(values) => onChange(values.join(LINE))} />;
  if (type === "number") return <NumberField label={label} value={value === "" ? null : Number(value)} onChange={(number) => onChange(text(number))} />;
  if (type === "date") {
    return (
      <Suspense fallback={<TextField label={label} value={value} onChange={onChange} />}>
        <DayField label={label} value={value} onChange={onChange} />
      </Suspense>
    );
  }
  if (type !== "boolean") return <TextField label={label} value={value} onChange={onChange} />;
  const options = [{ value: "", label: "—" }, { value: "true", label: t("kit.yes") }, { value: "false", label: t("kit.no") }];
  return <Select label={label} value={value} onChange={onChange} options={options} />;
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(LINE);
  return value === null || value === undefined ? "" : String(value);
}

/** What was entered, as the type that the attribute takes; the server says where it cannot be read. */
function typed(written: string, type: string, isList: boolean): string | number | boolean | string[] {
  if (isList) return written.split(LINE);
  const bare = written.trim();
  if (type === "number") return Number(bare);
  return type === "boolean" ? bare === "true" : bare;
}
