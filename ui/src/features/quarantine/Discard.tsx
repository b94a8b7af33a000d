/** Closes rejected events without sending them. */
import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Discard(props: ActionProps) {
  const t = useWords();
  const ids = props.rows.map((row) => row.key);
  return (
    <ActionDialog
      {...props} title={t("quarantine.discard.title")} confirm={t("quarantine.discard.confirm")} isDangerous
      done={t("quarantine.discard.done")}
      change={() => got(api.POST("/api/{workspace}/quarantine/discard", { params: { path: here }, body: { ids } }))}
    >
      <p>{t("quarantine.discard.text", { count: ids.length })}</p>
    </ActionDialog>
  );
}
