/** Closes rejected events without sending them. */
import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Note, useWords } from "../../kit";
import { whichOf } from "./which";

export default function Discard(props: ActionProps) {
  const t = useWords();
  const { every } = props;
  const ids = props.rows.map((row) => row.key);
  const which = every ? whichOf(every.filters) : null;
  const discard = () =>
    which
      ? got(api.POST("/api/{workspace}/quarantine/discard_all", { params: { path: here }, body: { which } }))
      : got(api.POST("/api/{workspace}/quarantine/discard", { params: { path: here }, body: { ids } }));
  return (
    <ActionDialog
      {...props} title={t("quarantine.discard.title")} confirm={t("quarantine.discard.confirm")} isDangerous
      done={t(every ? "quarantine.all.begun" : "quarantine.discard.done")} isDisabled={every !== undefined && which === null}
      change={() => discard().then(() => null)}
    >
      <p>{every ? t("quarantine.all.discard", { total: every.total }) : t("quarantine.discard.text", { count: ids.length })}</p>
      {every && which === null && <Note tone="warn">{t("quarantine.all.cannot")}</Note>}
    </ActionDialog>
  );
}
