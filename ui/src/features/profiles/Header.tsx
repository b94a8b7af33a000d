/** The head of the card: what can be done, identifiers, tags, what the person comes to, where they came from. */
import { useState } from "react";

import { Button, CopyText, Dialog, Figure, Mark, Money, Num, Panel, Phone, TextField, Time, useMay, useSay, useWords } from "../../kit";
import { type Profile, useChanges } from "./api";
import { EditAttributes } from "./EditAttributes";
import { useKindNames } from "./names";
import { Unmask } from "./Unmask";

const TECHNICAL = new Set(["anonymous_id", "device_id", "push_token"]);

export function Actions({ one }: { one: Profile }) {
  const t = useWords();
  const may = useMay();
  const [isEditing, setEditing] = useState(false);
  const [isUnmasking, setUnmasking] = useState(false);
  return (
    <>
      {!may("profiles.personal") && may("profiles.unmask") && <Button icon="show" onClick={() => setUnmasking(true)}>{t("profiles.unmask.button")}</Button>}
      {may("profiles.write") && <Button icon="edit" onClick={() => setEditing(true)}>{t("profiles.edit.button")}</Button>}
      {isEditing && <EditAttributes one={one} onDone={() => setEditing(false)} />}
      {isUnmasking && <Unmask one={one} onDone={() => setUnmasking(false)} />}
    </>
  );
}

export function Header({ one }: { one: Profile }) {
  const t = useWords();
  return (
    <Panel>
      <div className="k-person">
        <Identifiers one={one} />
        <Tags one={one} />
        <Figures one={one} />
        <div className="k-hint">
          {t("profiles.id")} <CopyText text={one.id} label={t("profiles.id")} />
        </div>
      </div>
    </Panel>
  );
}

function Identifiers({ one }: { one: Profile }) {
  const t = useWords();
  const kindName = useKindNames();
  const active = one.identifiers.filter((id) => id.status === "active");
  const named = active.filter((id) => !TECHNICAL.has(id.kind));
  const technical = active.length - named.length;
  if (!active.length) return <div className="k-soft">{t("profiles.no_identifiers")}</div>;
  return (
    <div className="k-row">
      {named.map((id) => (
        <span key={`${id.kind} ${id.value}`} className="k-row">
          <Mark tone={contactTone(one, id.kind)}>{kindName(id.kind)}</Mark>
          {id.kind === "phone" ? <Phone value={id.value} /> : id.value}
          <span className="k-hint">{reachWord(one, id.kind) && t(`profiles.reach.${reachWord(one, id.kind)}`)}</span>
        </span>
      ))}
      {technical > 0 && <span className="k-soft">{t("profiles.technical", { count: technical })}</span>}
    </div>
  );
}

/** Where consent to be written to by a contact stands: yes, no, or nothing said. */
function reachWord(one: Profile, kind: string): "given" | "refused" | "" {
  if (kind !== "phone" && kind !== "email") return "";
  const about = one.consents.filter((said) => !said.contact.kind || said.contact.kind === kind);
  if (about.some((said) => said.state !== "given")) return "refused";
  return about.length ? "given" : "";
}

function contactTone(one: Profile, kind: string): "plain" | "good" | "bad" {
  const word = reachWord(one, kind);
  return word === "given" ? "good" : word === "refused" ? "bad" : "plain";
}

function Tags({ one }: { one: Profile }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const { tag } = useChanges(one.id);
  const [written, write] = useState("");
  const [isAdding, setAdding] = useState(false);
  const add = () =>
    tag.mutate({ add: [written.trim()], remove: [] }, {
      onSuccess: () => {
        setAdding(false);
        write("");
        say(t("profiles.tags.added"));
      },
    });
  return (
    <div className="k-row">
      {one.tags.map((name) => (
        <Mark key={name} tone="accent">
          {name}
          {may("profiles.write") && (
            <Button kind="quiet" isSmall icon="close" label={t("profiles.tags.take", { tag: name })} onClick={() => tag.mutate({ add: [], remove: [name] })} />
          )}
        </Mark>
      ))}
      {may("profiles.write") && <Button kind="quiet" isSmall icon="add" onClick={() => setAdding(true)}>{t("profiles.tags.add")}</Button>}
      {isAdding && (
        <Dialog title={t("profiles.tags.add")} confirm={t("profiles.tags.confirm")} onConfirm={add} onClose={() => setAdding(false)} isBusy={tag.isPending} isDisabled={!written.trim()} error={tag.error}>
          <TextField label={t("profiles.tags.name")} value={written} onChange={write} />
        </Dialog>
      )}
    </div>
  );
}

function Figures({ one }: { one: Profile }) {
  const t = useWords();
  const { basics, orders, sources } = one;
  const first = sources.marketing.filter((from) => sources.first_marketing.includes(from.key)).map((from) => from.name).join(", ");
  return (
    <div className="k-figures">
      {orders.map((sum) => (
        <Figure key={sum.currency} name={t("profiles.figures.net")} value={<Money amount={sum.net} currency={sum.currency} />} note={t("profiles.figures.purchases", { count: sum.purchases })} />
      ))}
      {orders.map((sum) => (
        <Figure key={`average ${sum.currency}`} name={t("profiles.figures.average")} value={<Money amount={sum.average} currency={sum.currency} />} note={sum.last_at !== null && <>{t("profiles.figures.last_order")} <Time at={sum.last_at} isAgo /></>} />
      ))}
      <Figure name={t("profiles.figures.events")} value={<Num value={basics.events} />} note={t("profiles.figures.visits", { count: basics.visits ?? 0 })} />
      <Figure name={t("profiles.figures.last_seen")} value={<Time at={basics.last_seen} isAgo />} note={<>{t("profiles.figures.first_seen")} <Time at={basics.first_seen} isAgo /></>} />
      <Figure name={t("profiles.figures.came")} value={first || basics.first_traffic?.utm_source || traffic(t, basics.first_traffic?.traffic_source)} note={basics.last_traffic && <>{t("profiles.figures.lately")} {basics.last_traffic.utm_source || traffic(t, basics.last_traffic.traffic_source)}</>} />
    </div>
  );
}

function traffic(t: (key: string) => string, source: string | undefined): string {
  return source ? t(`profiles.traffic.${source}`) : "—";
}
