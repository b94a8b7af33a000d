/** Gives a user another password. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Button, CopyText, TextField, useWords } from "../../kit";
import { generatedPassword } from "./api";

export function PasswordField({ value, onChange }: { value: string; onChange: (password: string) => void }) {
  const t = useWords();
  return (
    <div className="k-stack-small">
      <TextField label={t("users.password.field")} hint={t("users.password.hint")} isRequired value={value} onChange={onChange} most={1000} />
      <div className="k-row">
        <Button isSmall onClick={() => onChange(generatedPassword())}>{t("users.password.another")}</Button>
        {value && <CopyText text={value} label={t("users.password.field")} />}
      </div>
    </div>
  );
}

export default function Password(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const [password, write] = useState(generatedPassword);
  const path = { ...here, user: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("users.password.title", { login: String(row?.values["login"] ?? "") })} confirm={t("users.password.confirm")}
      done={t("users.password.done")} isDisabled={password.length < 10}
      change={() => got(api.POST("/api/{workspace}/users/{user}/password", { params: { path }, body: { password } }))}
    >
      <p>{t("users.password.text")}</p>
      <PasswordField value={password} onChange={write} />
    </ActionDialog>
  );
}
