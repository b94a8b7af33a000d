/** An event of the dictionary with the properties that came with it. */
import { useQuery } from "@tanstack/react-query";

import { Everything, Failure, Mark, Num, Panel, type RecordProps, Table, Time, useWords, Waiting } from "../../kit";
import { propertiesOf, subjectOf } from "./api";

export default function EventRecord({ section, row }: RecordProps) {
  const t = useWords();
  const { type, name } = subjectOf(row.key);
  const { data, error, refetch } = useQuery(propertiesOf(type, name));
  return (
    <div className="k-stack">
      <Everything section={section} row={row} />
      <Panel title={t("dictionary.properties")}>
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={4} /> : (
          <Table
            label={t("dictionary.properties")} items={data.items} keyOf={(one) => one.path} empty={t("dictionary.no_properties")}
            columns={[
              { key: "path", title: t("dictionary.property"), show: (one) => <><code>{one.path}</code> {one.is_personal && <Mark tone="accent">{t("dictionary.is_personal")}</Mark>}</> },
              { key: "types", title: t("dictionary.types"), width: 130, show: (one) => one.types.map((each) => t(`dictionary.value_types.${each.type}`)).join(", ") },
              { key: "samples", title: t("dictionary.samples"), show: (one) => one.samples.join("; ") || "—" },
              { key: "count", title: t("dictionary.times"), isNumber: true, width: 90, show: (one) => <Num value={one.count} /> },
              { key: "last", title: t("dictionary.last"), width: 110, show: (one) => <Time at={one.last_at} isAgo /> },
            ]}
          />
        )}
      </Panel>
    </div>
  );
}
