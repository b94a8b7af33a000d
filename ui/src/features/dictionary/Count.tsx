/** Counts how many profiles have which attribute, as a job. */
import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Count(props: ActionProps) {
  const t = useWords();
  return (
    <ActionDialog
      {...props} title={t("dictionary.count.title")} confirm={t("dictionary.count.confirm")} done={t("dictionary.count.done")}
      change={() => got(api.POST("/api/{workspace}/dictionary/attributes/count", { params: { path: here } }))}
    >
      <p>{t("dictionary.count.text")}</p>
    </ActionDialog>
  );
}
