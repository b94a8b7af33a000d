/** What each column of the file means. The server has proposed it from names and values; a person corrects it. */
import { useState } from "react";

import { Button, Choice, Note, Panel, Refusal, Select, Table, TextField, useWords } from "../../kit";
import { type ImportDetail, type Kind, type MappedColumn, type Mapping, type Target, useImport } from "./api";

const TARGETS: Target[] = ["people", "events", "orders", "records", "wire"];
const ROLES: Record<Target, MappedColumn["role"][]> = {
  people: ["identifier", "attribute", "consent", "tag", "time", "key", "ignore"],
  events: ["identifier", "event", "time", "property", "key", "attribute", "consent", "tag", "ignore"],
  orders: ["order", "line", "identifier", "time", "key", "attribute", "ignore"],
  records: ["record", "identifier", "time", "key", "ignore"],
  wire: [],
};
/** Roles that need to be told which one. */
const NAMED = new Set<MappedColumn["role"]>(["identifier", "attribute", "property", "order", "line", "record"]);

export function Columns({ one, onDone }: { one: ImportDetail; onDone: () => void }) {
  const t = useWords();
  const { change } = useImport(one.summary.id);
  const [mapping, setMapping] = useState<Mapping>(one.mapping);
  const [kind, setKind] = useState<Kind>(one.summary.kind);
  const next = () => change.mutate({ kind, mapping }, { onSuccess: onDone });
  return (
    <>
      <Panel>
        <div className="k-stack">
          <Select label={t("imports.columns.target")} value={mapping.target} onChange={(target) => setMapping({ ...mapping, target })} options={TARGETS.map((target) => ({ value: target, label: t(`imports.targets.${target}`) }))} />
          <Choice isLabelShown label={t("imports.columns.kind")} value={kind} onChange={setKind} options={(["history", "live"] as const).map((way) => ({ value: way, label: t(`imports.kinds.${way}`) }))} />
          <p className="k-hint">{t(`imports.kind_hints.${kind}`)}</p>
        </div>
      </Panel>
      {mapping.target === "wire" ? <Note>{t("imports.columns.wire")}</Note> : <Meanings one={one} mapping={mapping} onChange={setMapping} />}
      <Refusal error={change.error} />
      <div className="k-row"><Button kind="main" onClick={next} isBusy={change.isPending}>{t("imports.columns.next")}</Button></div>
    </>
  );
}

function Meanings({ one, mapping, onChange }: { one: ImportDetail; mapping: Mapping; onChange: (mapping: Mapping) => void }) {
  const t = useWords();
  const mapped = (mapping.columns ?? []) as MappedColumn[];
  const of = (column: string): MappedColumn => mapped.find((known) => known.column === column) ?? { column, role: "ignore" };
  const put = (changed: MappedColumn) => onChange({ ...mapping, columns: [...mapped.filter((known) => known.column !== changed.column), changed] as Mapping["columns"] });
  const roles = ROLES[mapping.target].map((role) => ({ value: role, label: t(`imports.roles.${role}`) }));
  const columns = (one.layout.columns ?? []) as string[];
  return (
    <Panel title={t("imports.columns.title")}>
      <Table
        label={t("imports.columns.title")} items={columns} keyOf={(column) => column}
        columns={[
          { key: "column", title: t("imports.columns.column"), width: 220, show: (column) => <b>{column}</b> },
          { key: "samples", title: t("imports.columns.samples"), show: (column) => <span className="k-soft">{(one.samples[column] ?? []).join(" · ") || "—"}</span> },
          { key: "role", title: t("imports.columns.role"), width: 220, show: (column) => <Select label={t("imports.columns.role_of", { column })} isLabelHidden value={of(column).role} onChange={(role) => put({ ...of(column), role })} options={roles} /> },
          { key: "name", title: t("imports.columns.name"), width: 220, show: (column) => NAMED.has(of(column).role) && <TextField label={t("imports.columns.name_of", { column })} isLabelHidden value={of(column).name ?? ""} onChange={(name) => put({ ...of(column), name })} /> },
        ]}
      />
    </Panel>
  );
}
