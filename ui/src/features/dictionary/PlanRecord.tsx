/** What is expected of an event, property by property. */
import { useQuery } from "@tanstack/react-query";

import { Everything, Failure, Mark, Panel, type RecordProps, Table, useWords, Waiting } from "../../kit";
import { plans, subjectOf } from "./api";

export default function PlanRecord({ section, row }: RecordProps) {
  const t = useWords();
  const { type, name } = subjectOf(row.key);
  const { data, error, refetch } = useQuery(plans);
  const found = data?.find((one) => one.type === type && one.name === name);
  return (
    <div className="k-stack">
      <Everything section={section} row={row} />
      <Panel title={t("dictionary.properties")}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={4} /> : (
          <Table
            label={t("dictionary.properties")} items={found?.expected.properties ?? []} keyOf={(one) => one.path} empty={t("dictionary.plan.no_properties")}
            columns={[
              { key: "path", title: t("dictionary.property"), show: (one) => <><code>{one.path}</code> {one.is_required && <Mark>{t("dictionary.plan.required")}</Mark>}</> },
              { key: "type", title: t("dictionary.types"), width: 150, show: (one) => (one.type ? t(`dictionary.value_types.${one.type}`) : t("dictionary.plan.any")) },
              { key: "allowed", title: t("dictionary.plan.allowed"), show: (one) => one.allowed?.join(", ") || one.pattern || "—" },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
