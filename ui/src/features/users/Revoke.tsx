import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Revoke(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const path = { ...here, token: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("users.revoke.title")} confirm={t("users.revoke.confirm")} isDangerous done={t("users.revoke.done")}
      change={() => got(api.DELETE("/api/{workspace}/tokens/{token}", { params: { path } }))}
    >
      <p>{t("users.revoke.text", { name: String(row?.values["name"] ?? "") })}</p>
    </ActionDialog>
  );
}
