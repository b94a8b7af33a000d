/** Takes an event out of the plan: nothing is expected of it any more. */
import { ActionDialog, type ActionProps, useWords } from "../../kit";
import { type EventType, expect, subjectOf } from "./api";

export default function Withdraw(props: ActionProps) {
  const t = useWords();
  const { type, name } = subjectOf(props.rows[0]?.key ?? "");
  return (
    <ActionDialog
      {...props} title={t("dictionary.withdraw.title")} confirm={t("dictionary.withdraw.confirm")} done={t("dictionary.withdraw.done")} isDangerous
      change={() => expect(type as EventType, name, null)}
    >
      <p><b>{name || type}</b>. {t("dictionary.withdraw.text")}</p>
    </ActionDialog>
  );
}
