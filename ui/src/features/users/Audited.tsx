/** One line of the audit log: who did what, and what became of what there was. */
import type { ReactNode } from "react";

import { Facts, Json, type RecordProps, Panel, said, Table, Time, useWords } from "../../kit";

type Detail = Record<string, unknown>;

export default function Audited({ section, row }: RecordProps) {
  const t = useWords();
  const { at, actor, actor_kind: kind, ip, what, about, detail } = row.values;
  const words = section.filters.find((one) => one.name === "what")?.choices.find((one) => one.value === what);
  const { before, ...after } = detailOf(detail);
  const was = typeof before === "object" && before !== null ? (before as Detail) : null;
  return (
    <div className="k-stack">
      <Facts
        items={[
          { name: t("users.audit.what"), value: <>{words ? said(words) : String(what)} <span className="k-hint">{String(what)}</span></> },
          { name: t("users.audit.about"), value: about ? String(about) : null },
          { name: t("users.audit.who"), value: <>{String(actor)} <span className="k-hint">{t(`users.audit.kinds.${String(kind)}`)}</span></> },
          { name: t("users.audit.from"), value: ip ? String(ip) : null },
          { name: t("users.audit.when"), value: <Time at={at as number} /> },
        ]}
      />
      {Object.keys(after).length > 0 && (
        <Panel title={was ? t("users.audit.difference") : t("users.audit.detail")}>
          {was ? <Difference was={was} is={after} /> : <Facts items={Object.entries(after).map(([name, value]) => ({ name, value: shown(value) }))} />}
        </Panel>
      )}
    </div>
  );
}

/** What differs, part by part: of a list, what came and what went. */
function Difference({ was, is }: { was: Detail; is: Detail }) {
  const t = useWords();
  const names = [...new Set([...Object.keys(is), ...Object.keys(was)])].filter((one) => !isSame(was[one], is[one]));
  return (
    <Table
      label={t("users.audit.difference")} items={names} keyOf={(name) => name} empty={t("users.audit.same")}
      columns={[
        { key: "name", title: t("users.audit.part"), width: 160, show: (name) => name },
        { key: "was", title: t("users.audit.was"), show: (name) => <del>{shown(without(was[name], is[name]))}</del> },
        { key: "is", title: t("users.audit.is"), show: (name) => <ins>{shown(without(is[name], was[name]))}</ins> },
      ]}
    />
  );
}

function detailOf(detail: unknown): Detail {
  try {
    return typeof detail === "string" && detail ? (JSON.parse(detail) as Detail) : {};
  } catch {
    return { detail };
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Of two lists, what only the first holds; anything else whole. */
function without(one: unknown, other: unknown): unknown {
  if (!Array.isArray(one) || !Array.isArray(other)) return one;
  const others = new Set(other.map((part) => JSON.stringify(part)));
  return one.filter((part) => !others.has(JSON.stringify(part)));
}

function shown(value: unknown): ReactNode {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) return "—";
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.join(", ");
  return typeof value === "object" ? <Json text={JSON.stringify(value)} /> : String(value);
}
