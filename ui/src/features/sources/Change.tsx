/** Renames a source, switches it off or on, or marks its events as a test. */
import { useState } from "react";

import { ActionDialog, type ActionProps, Switch, TextField, useWords } from "../../kit";
import { change } from "./api";

export default function Change(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const [name, setName] = useState(String(row?.values["name"] ?? ""));
  const [isOn, setOn] = useState(row?.values["state"] === "active");
  const [isTest, setTest] = useState(row?.values["is_test"] === true);
  return (
    <ActionDialog
      {...props} title={t("sources.change.title")} confirm={t("sources.change.confirm")} done={t("sources.change.done")}
      isDisabled={name.trim() === ""}
      change={() => change(row?.key ?? "", { name, state: isOn ? "active" : "disabled", is_test: isTest })}
    >
      <TextField label={t("sources.name")} value={name} onChange={setName} isRequired />
      <Switch label={t("sources.change.on")} hint={t("sources.change.on_hint")} value={isOn} onChange={setOn} />
      <Switch label={t("sources.test")} hint={t("sources.test_hint")} value={isTest} onChange={setTest} />
    </ActionDialog>
  );
}
