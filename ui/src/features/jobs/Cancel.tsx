import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Cancel(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const path = { ...here, job: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("jobs.cancel.title")} confirm={t("jobs.cancel.confirm")} done={t("jobs.cancel.done")}
      change={() => got(api.POST("/api/{workspace}/jobs/{job}/cancel", { params: { path } }))}
    >
      <p>
        <b>{String(row?.values["title"] ?? "")}</b>. {t("jobs.cancel.text")}
      </p>
    </ActionDialog>
  );
}
