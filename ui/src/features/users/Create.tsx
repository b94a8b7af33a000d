/** Makes a user who can sign in at once; the password is handed over by whoever makes them. */
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { ActionDialog, type ActionProps, Note, TextField, useWords } from "../../kit";
import { generatedPassword } from "./api";
import { RoleField } from "./names";
import "./users.css";
import { PasswordField } from "./Password";

export default function Create(props: ActionProps) {
  const t = useWords();
  const [login, writeLogin] = useState("");
  const [role, setRole] = useState("");
  const [password, writePassword] = useState(generatedPassword);
  const body = { login: login.trim(), password, role };
  return (
    <ActionDialog
      {...props} title={t("users.create.title")} confirm={t("users.create.confirm")} done={t("users.create.done")}
      isDisabled={!body.login || !role || password.length < 10}
      change={() => got(api.POST("/api/{workspace}/users", { params: { path: here }, body }))}
    >
      <Note>{t("users.create.text")}</Note>
      <TextField label={t("users.login")} hint={t("users.login_hint")} isRequired isFocused value={login} onChange={writeLogin} most={100} />
      <RoleField value={role} onChange={setRole} />
      <PasswordField value={password} onChange={writePassword} />
    </ActionDialog>
  );
}
