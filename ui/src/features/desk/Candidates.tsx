/** Who was found, under covered names; the last digits of another number open one of them. */
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { Button, Choice, Mark, Note, Panel, TextField, useWords } from "../../kit";
import { type Candidate, type Opened, refusalOf, verify } from "./api";
import { Refused } from "./Refused";

const DIGITS = 4;

interface Props {
  people: Candidate[];
  onOpened: (opened: Opened) => void;
  onOver: () => void;
}

export function Candidates({ people, onOpened, onOver }: Props) {
  const t = useWords();
  const [chosen, choose] = useState(people.length === 1 ? (people[0]?.key ?? "") : "");
  return people.map((one) => (
    <Panel
      key={one.key} title={one.name || t("desk.unnamed")}
      extra={one.key !== chosen && one.proofs.length > 0 && <Button onClick={() => choose(one.key)}>{t("desk.choose")}</Button>}
    >
      <div className="k-stack">
        <div><Mark>{t(`desk.by.${one.by}`)}</Mark></div>
        {one.proofs.length === 0 && <Note tone="warn" title={t("desk.no_proof")}>{t("desk.no_proof_text")}</Note>}
        {one.key === chosen && one.proofs.length > 0 && <Verifying one={one} onOpened={onOpened} onOver={onOver} />}
      </div>
    </Panel>
  ));
}

function Verifying({ one, onOpened, onOver }: { one: Candidate } & Pick<Props, "onOpened" | "onOver">) {
  const t = useWords();
  const [kind, setKind] = useState(one.proofs[0] ?? "");
  const [digits, setDigits] = useState("");
  const place = useRef<HTMLDivElement>(null);
  const focus = () => place.current?.querySelector<HTMLInputElement>(".k-desk-digits input")?.focus();
  useEffect(focus, []);
  const open = useMutation({
    mutationFn: (written: string) => verify({ key: one.key, kind, digits: written }),
    onSuccess: onOpened,
    onError: (error) => {
      setDigits("");
      if (refusalOf(error)?.key !== "over") focus();
    },
  });
  const write = (text: string) => {
    const written = text.replace(/\D/g, "").slice(0, DIGITS);
    setDigits(written);
    if (written.length === DIGITS && !open.isPending) open.mutate(written);
  };
  return (
    <div ref={place} className="k-stack">
      <Choice isLabelShown label={t("desk.ask")} value={kind} onChange={(next) => { setKind(next); focus(); }} options={one.proofs.map((value) => ({ value, label: kindName(t, value) }))} />
      <div className="k-desk-digits">
        <TextField label={t("desk.digits", { kind: kindName(t, kind) })} hint={t("desk.digits_hint")} value={digits} onChange={write} most={DIGITS} kind="tel" />
      </div>
      {open.error && <Refused error={open.error} />}
      {refusalOf(open.error)?.key === "over" && <div><Button onClick={onOver}>{t("desk.next")}</Button></div>}
    </div>
  );
}

const KINDS = new Set(["phone", "landline", "loyalty_card", "user_id", "order"]);

/** A project's own kinds of identifiers have the name it gave them. */
function kindName(t: (key: string) => string, kind: string): string {
  return KINDS.has(kind) ? t(`desk.kinds.${kind}`) : kind;
}
