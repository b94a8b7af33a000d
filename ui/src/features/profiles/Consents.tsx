/** Where the consents of a person stand, what proves them, and how to record another word. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Choice, Dialog, Empty, Failure, Json, Mark, Note, Panel, Table, TextField, Time, useMay, useSay, useWords, Waiting } from "../../kit";
import { type Consent, consents, type Profile, useChanges } from "./api";

type State = Consent["state"];
const STATES: State[] = ["given", "withdrawn", "objected"];

export function ConsentsTab({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const [isStating, setStating] = useState(false);
  const { data, error, refetch } = useQuery(consents(one.id));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  const button = may("profiles.write") && <Button icon="add" onClick={() => setStating(true)}>{t("profiles.consents.state")}</Button>;
  return (
    <>
      {data.history.length === 0 ? (
        <Empty title={t("profiles.consents.empty")} action={button}>{t("profiles.consents.empty_text")}</Empty>
      ) : (
        <>
          <Panel title={t("profiles.consents.standing")} extra={button}><Words items={data.standing} label={t("profiles.consents.standing")} /></Panel>
          <Panel title={t("profiles.consents.history")}><Words items={data.history.toReversed()} label={t("profiles.consents.history")} /></Panel>
        </>
      )}
      {isStating && <Stating one={one} onDone={() => setStating(false)} />}
    </>
  );
}

function Words({ items, label }: { items: Consent[]; label: string }) {
  const t = useWords();
  const all = t("profiles.consents.all");
  return (
    <Table
      label={label} items={items} keyOf={(said) => `${said.time} ${said.state} ${said.channel} ${said.category} ${said.purpose} ${said.entity} ${said.contact.value}`}
      columns={[
        { key: "state", title: t("profiles.consents.word"), show: (said) => <Mark tone={said.state === "given" ? "good" : "bad"}>{t(`profiles.consents.states.${said.state}`)}</Mark> },
        { key: "channel", title: t("profiles.consents.channel"), show: (said) => said.channel || all },
        { key: "contact", title: t("profiles.consents.contact"), show: (said) => said.contact.value || all },
        { key: "category", title: t("profiles.consents.category"), show: (said) => [said.category, said.purpose].filter(Boolean).join(" · ") || all },
        { key: "entity", title: t("profiles.consents.entity"), show: (said) => said.entity || all },
        { key: "time", title: t("profiles.consents.time"), show: (said) => <Time at={said.time} /> },
        { key: "until", title: t("profiles.consents.until"), show: (said) => <Time at={said.valid_until} /> },
        { key: "proof", title: t("profiles.consents.proof"), show: (said) => (Object.keys(said.proof).length ? <details><summary>{t("profiles.consents.show_proof")}</summary><Json text={JSON.stringify(said.proof)} /></details> : "—") },
      ]}
    />
  );
}

function Stating({ one, onDone }: { one: Profile; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const { consent } = useChanges(one.id);
  const [state, setState] = useState<State>("withdrawn");
  const [channel, setChannel] = useState("");
  const [category, setCategory] = useState("");
  const save = () =>
    consent.mutate({ state, channel: channel.trim(), category: category.trim() }, {
      onSuccess: () => {
        say(t("profiles.consents.done"));
        onDone();
      },
    });
  return (
    <Dialog title={t("profiles.consents.state")} confirm={t("profiles.consents.save")} onConfirm={save} onClose={onDone} isBusy={consent.isPending} error={consent.error}>
      <Choice isLabelShown label={t("profiles.consents.word")} value={state} onChange={setState} options={STATES.map((word) => ({ value: word, label: t(`profiles.consents.states.${word}`) }))} />
      <TextField label={t("profiles.consents.channel")} hint={t("profiles.consents.channel_hint")} value={channel} onChange={setChannel} />
      <TextField label={t("profiles.consents.category")} hint={t("profiles.consents.category_hint")} value={category} onChange={setCategory} />
      {state !== "given" && <Note>{t("profiles.consents.at_once")}</Note>}
    </Dialog>
  );
}
