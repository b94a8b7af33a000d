/** A new source: its kind and its name; then how to send from it. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { Button, PageBody, PageHead, Panel, Refusal, said, Select, Switch, TextField, useChange, useSection, useWords } from "../../kit";
import { type Kind, make } from "./api";

export default function New() {
  const t = useWords();
  const navigate = useNavigate();
  const choices = useSection("sources")?.filters.find((one) => one.name === "kind")?.choices ?? [];
  const [kind, setKind] = useState<Kind>("web");
  const [name, setName] = useState("");
  const [isTest, setTest] = useState(false);
  const making = useChange(make, {
    touches: [["rows", "sources"], ["data-sources"], ["home"]],
    onDone: (made) => void navigate({ to: `/sources/${made.id}` } as unknown as { to: "." }),
  });
  // What files bring has a source of its own, made by the import.
  const options = choices.filter((one) => one.value !== "import").map((one) => ({ value: one.value as Kind, label: said(one) }));
  return (
    <PageBody isNarrow>
      <PageHead title={t("sources.new")} back={{ to: "/sources", title: t("sources.all") }} />
      <Panel>
        <form
          className="k-stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) making.mutate({ kind, name, is_test: isTest });
          }}
        >
          <Select label={t("sources.kind")} value={kind} onChange={setKind} options={options} />
          <TextField label={t("sources.name")} hint={t("sources.name_hint")} value={name} onChange={setName} most={200} isRequired isFocused />
          <Switch label={t("sources.test")} hint={t("sources.test_hint")} value={isTest} onChange={setTest} />
          <Refusal error={making.error} />
          <div className="k-row"><Button kind="main" isSubmit isBusy={making.isPending} isDisabled={!name.trim()}>{t("sources.make")}</Button></div>
        </form>
      </Panel>
    </PageBody>
  );
}
