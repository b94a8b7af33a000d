/** A key of the API beside its list: its rights in words, and the rows that it may see. */
import { useQuery } from "@tanstack/react-query";

import { api, got, here } from "../../api/client";
import { Everything, Panel, type RecordProps, useWords } from "../../kit";
import { rowsOfToken } from "./api";
import { RightsTable } from "./RightsTable";
import { RowLimit } from "./RowLimit";
import "./users.css";

export default function Token({ section, row }: RecordProps) {
  const t = useWords();
  const rows = useQuery(rowsOfToken(row.key));
  const shown = { ...section, columns: section.columns.filter((one) => one.name !== "scopes") };
  return (
    <div className="k-stack">
      <Everything section={shown} row={row} />
      <RowLimit
        asked={rows} touches={[["token", row.key]]} whose={t("users.rows.of_token")}
        save={(limit) => got(api.PUT("/api/{workspace}/tokens/{token}/rows", { params: { path: { ...here, token: row.key } }, body: { limit } }))}
      />
      <Panel title={t("users.rights.title")}>
        <RightsTable chosen={String(row.values["scopes"] ?? "").split(", ")} />
      </Panel>
    </div>
  );
}
