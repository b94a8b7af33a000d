/** Says what is expected of an event, or changes it. It holds for what comes after. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { ActionDialog, type ActionProps, Button, Checkbox, Failure, type Option, Select, SelectMany, Switch, TextField, useWords, Waiting } from "../../kit";
import { type EventType, type Expected, expect, plans, type Property, subjectOf } from "./api";
import "./dictionary.css";

const TYPES: EventType[] = ["track", "identify", "page", "screen", "group", "alias"];
const VALUES = ["any", "text", "number", "boolean", "list", "object"] as const;
type ValueType = (typeof VALUES)[number];

export default function PlanDialog(props: ActionProps) {
  const { type, name } = subjectOf(props.rows[0]?.key ?? "track:");
  const isNew = props.rows.length === 0;
  const { data, error } = useQuery({ ...plans, enabled: !isNew });
  const held = data?.find((one) => one.type === type && one.name === name)?.expected;
  if (isNew) return <Form {...props} type="track" name="" expected={{ properties: [], mode: "warn" }} />;
  if (held) return <Form {...props} type={type as EventType} name={name} expected={held} />;
  return error ? <Failure error={error} /> : <Waiting lines={2} />;
}

function Form({ type, name, expected, ...props }: ActionProps & { type: EventType; name: string; expected: Expected }) {
  const t = useWords();
  const isNew = props.rows.length === 0;
  const [chosen, choose] = useState<EventType>(type);
  const [written, write] = useState(name);
  const [held, change] = useState(expected);
  const properties = held.properties ?? [];
  const hasName = chosen === "track" || chosen === "page" || chosen === "screen";
  const setAt = (index: number, part: Partial<Property>) => change({ ...held, properties: properties.map((one, place) => (place === index ? { ...one, ...part } : one)) });
  const isWhole = (!hasName || written.trim() !== "") && properties.every((one) => one.path.trim() !== "");
  return (
    <ActionDialog
      {...props} title={isNew ? t("dictionary.plan.new") : name || type} confirm={t("dictionary.plan.save")} done={t("dictionary.plan.done")} isDisabled={!isWhole}
      change={() => expect(chosen, hasName ? written.trim() : chosen, held)}
    >
      {isNew && <Select label={t("dictionary.plan.type")} value={chosen} onChange={choose} options={TYPES.map((one): Option<EventType> => ({ value: one, label: one }))} />}
      {isNew && hasName && <TextField label={t("dictionary.plan.name")} isRequired value={written} onChange={write} most={200} />}
      <Select
        label={t("dictionary.plan.mode")} value={held.mode ?? "warn"} onChange={(mode) => change({ ...held, mode })}
        options={(["warn", "quarantine"] as const).map((one) => ({ value: one, label: t(`dictionary.modes.${one}`) }))}
      />
      <Switch label={t("dictionary.plan.closed")} value={held.is_closed ?? false} onChange={(isClosed) => change({ ...held, is_closed: isClosed })} />
      {properties.map((one, index) => (
        // A property has no key of its own while it is being named.
        // oxlint-disable-next-line react/no-array-index-key
        <PropertyFields key={index} one={one} onChange={(part) => setAt(index, part)} onRemove={() => change({ ...held, properties: properties.filter((_, place) => place !== index) })} />
      ))}
      <div><Button icon="add" isSmall onClick={() => change({ ...held, properties: [...properties, { path: "" }] })}>{t("dictionary.plan.add")}</Button></div>
    </ActionDialog>
  );
}

function PropertyFields({ one, onChange, onRemove }: { one: Property; onChange: (part: Partial<Property>) => void; onRemove: () => void }) {
  const t = useWords();
  return (
    <fieldset className="k-expected">
      <legend className="k-unseen">{one.path || t("dictionary.property")}</legend>
      <TextField label={t("dictionary.property")} isRequired value={one.path} onChange={(path) => onChange({ path })} most={200} />
      <Select label={t("dictionary.types")} value={(one.type ?? "any") as ValueType} onChange={(type) => onChange({ type: type === "any" ? null : type })} options={VALUES.map((each): Option<ValueType> => ({ value: each, label: t(each === "any" ? "dictionary.plan.any" : `dictionary.value_types.${each}`) }))} />
      {(one.type === "text" || !one.type) && <SelectMany label={t("dictionary.plan.allowed")} values={(one.allowed ?? []).map(String)} onChange={(allowed) => onChange({ allowed })} />}
      <div className="k-row">
        <Checkbox label={t("dictionary.plan.required")} value={one.is_required ?? false} onChange={(isRequired) => onChange({ is_required: isRequired })} />
        <Button kind="quiet" icon="delete" isSmall onClick={onRemove}>{t("dictionary.plan.remove")}</Button>
      </div>
    </fieldset>
  );
}
