import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Retry(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const path = { ...here, job: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("jobs.retry.title")} confirm={t("jobs.retry.confirm")} done={t("jobs.retry.done")}
      change={() => got(api.POST("/api/{workspace}/jobs/{job}/retry", { params: { path } }))}
    >
      <p>
        <b>{String(row?.values["title"] ?? "")}</b>. {t("jobs.retry.text")}
      </p>
    </ActionDialog>
  );
}
