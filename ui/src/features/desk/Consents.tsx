/** Where the customer's consents stand, and another word of theirs. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { Button, Choice, Dialog, Mark, Note, Panel, Table, TextField, Time, useMay, useSay, useWords } from "../../kit";
import { type Consent, person, type State, state } from "./api";
import { Refused } from "./Refused";

const STATES: State[] = ["given", "withdrawn", "objected"];

export function Consents({ opening, first }: { opening: string; first: Consent[] }) {
  const t = useWords();
  const may = useMay();
  const [items, setItems] = useState(first);
  const [isStating, setStating] = useState(false);
  const button = may("desk.consents") && <Button icon="add" onClick={() => setStating(true)}>{t("desk.state")}</Button>;
  const all = t("desk.all");
  return (
    <Panel title={t("desk.consents")} extra={button}>
      {items.length === 0 ? <p className="k-soft">{t("desk.no_consents_text")}</p> : (
        <Table
          label={t("desk.consents")} items={items} keyOf={(said) => `${said.channel} ${said.category} ${said.purpose} ${said.entity} ${said.contact.kind} ${said.contact.value}`}
          columns={[
            { key: "state", title: t("desk.word"), show: (said) => <Mark tone={said.state === "given" ? "good" : "bad"}>{t(`desk.states.${said.state}`)}</Mark> },
            { key: "channel", title: t("desk.channel"), show: (said) => said.channel || all },
            { key: "contact", title: t("desk.contact"), show: (said) => said.contact.value || all },
            { key: "category", title: t("desk.category"), show: (said) => [said.category, said.purpose].filter(Boolean).join(" · ") || all },
            { key: "entity", title: t("desk.entity"), show: (said) => said.entity || all },
            { key: "time", title: t("desk.time"), show: (said) => <Time at={said.time} /> },
          ]}
        />
      )}
      {isStating && <Stating opening={opening} onRead={setItems} onDone={() => setStating(false)} />}
    </Panel>
  );
}

function Stating({ opening, onRead, onDone }: { opening: string; onRead: (items: Consent[]) => void; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const [word, setWord] = useState<State>("withdrawn");
  const [channel, setChannel] = useState("");
  const [category, setCategory] = useState("");
  const keep = useMutation({
    mutationFn: async () => {
      const { applied } = await state(opening, { state: word, channel: channel.trim(), category: category.trim() });
      return { applied, read: await person(opening) };
    },
    onSuccess: ({ applied, read }) => {
      onRead(read.consents);
      say(t(applied ? "desk.stated" : "desk.stated_later"));
      onDone();
    },
  });
  return (
    <Dialog title={t("desk.state")} confirm={t("desk.save")} onConfirm={() => keep.mutate()} onClose={onDone} isBusy={keep.isPending}>
      <Choice isLabelShown label={t("desk.word")} value={word} onChange={setWord} options={STATES.map((value) => ({ value, label: t(`desk.states.${value}`) }))} />
      <TextField label={t("desk.channel")} hint={t("desk.channel_hint")} value={channel} onChange={setChannel} most={200} />
      <TextField label={t("desk.category")} hint={t("desk.category_hint")} value={category} onChange={setCategory} most={200} />
      {word !== "given" && <Note>{t("desk.at_once")}</Note>}
      {keep.error && <Refused error={keep.error} />}
    </Dialog>
  );
}
