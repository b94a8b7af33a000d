/** What belongs to a person: children, pets, contracts, cards, as the project names its kinds; made and edited here. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Empty, Failure, Mark, Money, Panel, Table, Time, useMay, useWords, Waiting } from "../../kit";
import { language } from "../../app/place";
import { type Kind, type KindField, type Profile, type RelatedRecord, recordKinds, records } from "./api";
import { AttributeValue } from "./AttributeValue";
import { EditRecord } from "./EditRecord";
import { RemoveRecord } from "./RemoveRecord";

type Asked = { act: "make" } | { act: "edit" | "remove"; kind: Kind; record: RelatedRecord };

export function Records({ one }: { one: Profile }) {
  const t = useWords();
  const mayWrite = useMay()("related.write");
  const [asked, ask] = useState<Asked | null>(null);
  const { data, error, refetch } = useQuery(records(one.id));
  const known = useQuery(recordKinds).data;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data || !known) return <Waiting />;
  const kinds = known.filter((kind) => !kind.is_retired);
  const make = mayWrite && kinds.length > 0 && <Button icon="add" onClick={() => ask({ act: "make" })}>{t("profiles.records.add")}</Button>;
  const present = [...new Set(data.items.map((record) => record.kind))];
  return (
    <>
      {present.length === 0 ? <Empty title={t("profiles.records.empty")} action={make}>{t("profiles.records.empty_text")}</Empty> : make && <div>{make}</div>}
      {present.map((name) => (
        <OfKind
          key={name} name={name} kind={known.find((kind) => kind.name === name)} items={data.items.filter((record) => record.kind === name)}
          onAsk={mayWrite ? (act, kind, record) => ask({ act, kind, record }) : null}
        />
      ))}
      {asked?.act === "make" && <EditRecord one={one} kinds={kinds} onDone={() => ask(null)} />}
      {asked?.act === "edit" && <EditRecord one={one} kinds={[asked.kind]} record={asked.record} onDone={() => ask(null)} />}
      {asked?.act === "remove" && <RemoveRecord one={one} record={asked.record} onDone={() => ask(null)} />}
    </>
  );
}

interface OfKindProps {
  name: string;
  kind: Kind | undefined;
  items: RelatedRecord[];
  onAsk: ((act: "edit" | "remove", kind: Kind, record: RelatedRecord) => void) | null;
}

function OfKind({ name, kind, items, onAsk }: OfKindProps) {
  const t = useWords();
  const title = kind?.[language].many ?? name;
  const fields = (kind?.fields ?? []).filter((field) => !field.is_retired || items.some((record) => record.fields[field.name] !== undefined));
  return (
    <Panel title={title}>
      <Table
        label={title} items={items} keyOf={(record) => record.id}
        columns={[
          { key: "id", title: t("profiles.records.id"), show: (record) => <>{record.id} {record.is_removed && <Mark tone="warn">{t("profiles.records.removed")}</Mark>} {record.missing.length > 0 && !record.is_removed && <Mark tone="warn">{t("profiles.records.missing")}</Mark>}</> },
          ...fields.map((field) => ({ key: field.name, title: field[language], show: (record: RelatedRecord) => <FieldValue field={field} value={record.fields[field.name]} /> })),
          { key: "at", title: t("profiles.records.changed"), show: (record: RelatedRecord) => <Time at={record.updated_at} /> },
          ...(onAsk && kind && !kind.is_retired ? [{
            key: "acts", title: "",
            show: (record: RelatedRecord) => (
              <span className="k-row">
                <Button isSmall kind="quiet" icon="edit" label={t("profiles.records.edit_this", { id: record.id })} onClick={() => onAsk("edit", kind, record)} />
                {!record.is_removed && <Button isSmall kind="quiet" icon="delete" label={t("profiles.records.remove_this", { id: record.id })} onClick={() => onAsk("remove", kind, record)} />}
              </span>
            ),
          }] : []),
        ]}
      />
    </Panel>
  );
}

function FieldValue({ field, value }: { field: KindField; value: unknown }) {
  if (value === null || value === undefined) return "—";
  if (field.type === "money") return <Money amount={String(value)} currency={field.currency || "RUB"} />;
  if (field.type === "choice") return field.options?.find((option) => option.value === value)?.[language] ?? String(value);
  return <AttributeValue value={value} />;
}
