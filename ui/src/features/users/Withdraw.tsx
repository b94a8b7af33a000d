import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, useWords } from "../../kit";

export default function Withdraw(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const path = { ...here, invitation: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("users.withdraw.title")} confirm={t("users.withdraw.confirm")} isDangerous done={t("users.withdraw.done")}
      change={() => got(api.DELETE("/api/{workspace}/invitations/{invitation}", { params: { path } }))}
    >
      <p>{t("users.withdraw.text", { name: String(row?.values["name"] ?? ""), login: String(row?.values["login"] ?? "") })}</p>
    </ActionDialog>
  );
}
