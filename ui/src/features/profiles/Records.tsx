/** What belongs to a person: children, pets, contracts, cards, as the project names its kinds. */
import { useQuery } from "@tanstack/react-query";

import { Empty, Failure, Mark, Panel, Table, Time, useWords, Waiting } from "../../kit";
import { language } from "../../app/place";
import { type Profile, recordKinds, records } from "./api";

export function Records({ one }: { one: Profile }) {
  const t = useWords();
  const { data, error, refetch } = useQuery(records(one.id));
  const kinds = useQuery(recordKinds).data?.items ?? [];
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  if (!data.items.length) return <Empty title={t("profiles.records.empty")}>{t("profiles.records.empty_text")}</Empty>;
  const present = [...new Set(data.items.map((record) => record.kind))];
  return present.map((name) => {
    const kind = kinds.find((known) => known.name === name);
    const own = data.items.filter((record) => record.kind === name);
    const title = kind ? labelOf(kind) : name;
    const fields = (kind?.fields ?? []) as { name: string; en: string; ru: string }[];
    return (
      <Panel key={name} title={title}>
        <Table
          label={title} items={own} keyOf={(record) => record.id}
          columns={[
            { key: "id", title: t("profiles.records.id"), show: (record) => <>{record.id} {record.is_removed && <Mark tone="warn">{t("profiles.records.removed")}</Mark>}</> },
            ...fields.map((field) => ({ key: field.name, title: field[language] || field.name, show: (record: (typeof own)[number]) => shown(record.fields[field.name]) })),
            { key: "at", title: t("profiles.records.changed"), show: (record) => <Time at={record.updated_at} /> },
          ]}
        />
      </Panel>
    );
  });
}

function labelOf(kind: { name: string; en: { many: string }; ru: { many: string } }): string {
  return kind[language].many || kind.name;
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
