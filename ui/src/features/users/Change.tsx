/** Another role for a user, or the way in shut and opened. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Choice, Note, useWords } from "../../kit";
import { RoleField } from "./names";

type State = "active" | "disabled";

export default function Change(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const before = { role: String(row?.values["role"] ?? ""), state: (row?.values["state"] ?? "active") as State };
  const [role, setRole] = useState(before.role);
  const [state, setState] = useState<State>(before.state);
  const path = { ...here, user: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("users.change.title", { login: String(row?.values["login"] ?? "") })} confirm={t("users.change.confirm")}
      done={t("users.change.done")} isDisabled={role === before.role && state === before.state}
      change={() => got(api.PATCH("/api/{workspace}/users/{user}", { params: { path }, body: { role, state } }))}
    >
      <RoleField value={role} onChange={setRole} />
      <Choice
        label={t("users.state")} value={state} onChange={setState}
        options={[{ value: "active", label: t("users.states.active") }, { value: "disabled", label: t("users.states.disabled") }]}
      />
      <Note>{t("users.change.text")}</Note>
    </ActionDialog>
  );
}
