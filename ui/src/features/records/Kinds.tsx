/** Kinds of related records: what a project keeps of people beside themselves, as children, contracts, cars. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { language } from "../../app/place";
import { Button, Empty, Failure, Go, Mark, Note, PageBody, PageHead, Panel, said, Table, useMay, useWords, Waiting } from "../../kit";
import { type Field, type Kind, kinds } from "./api";
import { KindDrawer } from "./KindDrawer";

const NEW: Kind = { name: "", en: { one: "", many: "" }, ru: { one: "", many: "" }, fields: [], is_retired: false };

export default function Kinds() {
  const t = useWords();
  const may = useMay();
  const { data, error, refetch } = useQuery(kinds);
  const [edited, edit] = useState<Kind | null>(null);
  const make = may("related.manage") && <Button kind="main" icon="add" onClick={() => edit(NEW)}>{t("records.make")}</Button>;
  return (
    <PageBody>
      <PageHead title={t("records.title")} note={t("records.note")} actions={make} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={6} /> : data.items.length === 0 ? (
        <Empty title={t("records.none")} action={make}>{t("records.none_text")}</Empty>
      ) : data.items.map((kind) => <OneKind key={kind.name} kind={kind} onEdit={edit} />)}
      {edited && <KindDrawer kind={edited} taken={(data?.items ?? []).map((one) => one.name)} onClose={() => edit(null)} />}
    </PageBody>
  );
}

function OneKind({ kind, onEdit }: { kind: Kind; onEdit: (kind: Kind) => void }) {
  const t = useWords();
  const may = useMay();
  return (
    <Panel
      title={kind[language].many}
      extra={
        <div className="k-row">
          {kind.is_retired && <Mark tone="warn">{t("records.retired")}</Mark>}
          <span className="k-soft">{kind.name}</span>
          <Go to="/related_records" search={{ f: { kind: kind.name } }}>{t("records.look")}</Go>
          {may("related.manage") && <Button isSmall label={t("records.edit_kind", { kind: kind[language].one })} onClick={() => onEdit(kind)}>{t("records.edit")}</Button>}
        </div>
      }
    >
      {kind.is_retired && <Note tone="warn">{t("records.retired_text")}</Note>}
      <Table
        label={t("records.fields_of", { kind: kind[language].many })} items={kind.fields ?? []} keyOf={(one) => one.name} empty={t("records.no_fields")}
        columns={[
          { key: "name", title: t("records.field"), show: (one) => <>{said(one)}<div className="k-hint">{one.name}</div></> },
          { key: "type", title: t("records.type"), width: 180, show: (one) => <TypeWords field={one} /> },
          { key: "marks", title: t("records.notes"), width: 260, show: (one) => <Marks field={one} /> },
        ]}
      />
    </Panel>
  );
}

function TypeWords({ field }: { field: Field }) {
  const t = useWords();
  const type = field.type ?? "text";
  return <>{t(`records.types.${type}`)}{type === "money" && `, ${field.currency || "RUB"}`}{type === "choice" && ` (${field.options?.length ?? 0})`}</>;
}

function Marks({ field }: { field: Field }) {
  const t = useWords();
  return (
    <div className="k-row">
      {field.is_required && <Mark>{t("records.required")}</Mark>}
      {field.is_personal && <Mark tone="accent">{t("records.personal")}</Mark>}
      {field.is_retired && <Mark tone="warn">{t("records.field_retired")}</Mark>}
    </div>
  );
}
