/** Decides that the two people of a row are never one, whatever evidence comes. */
import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Note, useWords } from "../../kit";
import { WAIT } from "./api";

export default function SeparateRow(props: ActionProps) {
  const t = useWords();
  const { profile, other } = props.rows[0]?.values ?? {};
  const people = [profile, other].filter(Boolean).map((key) => ({ profile: String(key) }));
  const separate = () =>
    got(api.POST("/api/{workspace}/identity/separations", { params: { path: here, query: { wait: WAIT } }, body: { people } }));
  return (
    <ActionDialog
      {...props} title={t("profiles.separate.title")} confirm={t("profiles.separate.confirm")} done={t("profiles.separate.done")}
      isDisabled={people.length < 2} change={separate}
    >
      <p>{t("profiles.separate.text")}</p>
      {people.length < 2 && <Note tone="warn">{t("profiles.separate.alone")}</Note>}
    </ActionDialog>
  );
}
