/** Invites named people: one on a line. Each link is shown once, for whoever invites to hand over. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { type ActionProps, CodeBlock, CopyText, Dialog, Mark, Note, NumberField, Refusal, Table, TextField, useWords } from "../../kit";
import { seats } from "./api";
import { RoleField } from "./names";

interface Named {
  name: string;
  login: string;
}

interface Invited extends Named {
  link: string;
  error: unknown;
}

export default function Invite({ onDone }: ActionProps) {
  const t = useWords();
  const [text, write] = useState("");
  const [role, setRole] = useState("");
  const [days, setDays] = useState<number | null>(7);
  const [invited, setInvited] = useState<Invited[] | null>(null);
  const [isBusy, setBusy] = useState(false);
  const people = peopleOf(text);
  if (invited) return <Links invited={invited} onDone={() => onDone(true)} />;
  const send = async () => {
    setBusy(true);
    const done: Invited[] = [];
    // One after another: each takes a seat, and the first that finds none is told so.
    for (const one of people) done.push(await invite(one, role, days ?? 7));
    setBusy(false);
    setInvited(done);
  };
  return (
    <Dialog
      title={t("users.invite.title")} confirm={t("users.invite.confirm", { count: people.length })} onConfirm={() => void send()} onClose={() => onDone(false)}
      isBusy={isBusy} isDisabled={people.length === 0 || people.some((one) => !one.login) || !role || !days}
    >
      <Seats asked={people.length} />
      <TextField
        label={t("users.invite.people")} hint={t("users.invite.people_hint")} isRequired isFocused rows={3} value={text} onChange={write}
        placeholder={t("users.invite.example")}
      />
      <RoleField value={role} onChange={setRole} hint={t("users.invite.role_hint")} />
      <NumberField label={t("users.invite.days")} value={days} onChange={setDays} least={1} most={30} />
    </Dialog>
  );
}

/** How many users there may be, where there is a limit. */
function Seats({ asked }: { asked: number }) {
  const t = useWords();
  const { data } = useQuery(seats);
  if (!data || data.most === null) return null;
  const left = Math.max(0, data.most - data.users - data.invited);
  return <Note tone={left < asked ? "warn" : "plain"}>{t("users.invite.seats", { left, most: data.most })}</Note>;
}

function Links({ invited, onDone }: { invited: Invited[]; onDone: () => void }) {
  const t = useWords();
  const good = invited.filter((one) => one.link);
  return (
    <Dialog title={t("users.invite.links")} confirm={t("users.invite.handed")} onConfirm={onDone} onClose={onDone} isWide>
      {good.length > 0 && <Note tone="warn" title={t("users.invite.once")}>{t("users.invite.once_text")}</Note>}
      <Table
        label={t("users.invite.links")} items={invited} keyOf={(one) => one.login}
        columns={[
          { key: "who", title: t("users.invite.person"), width: 200, show: (one) => <>{one.name}<div className="k-hint">{one.login}</div></> },
          { key: "link", title: t("users.invite.link"), show: (one) => (one.link ? <CopyText text={one.link} label={t("users.invite.link_of", { name: one.name })} /> : <><Mark tone="bad">{t("users.invite.refused")}</Mark> <Refusal error={one.error} /></>) },
        ]}
      />
      {good.length > 1 && <CodeBlock label={t("users.invite.all")} text={good.map((one) => `${one.name}\t${one.link}`).join("\n")} />}
    </Dialog>
  );
}

async function invite(one: Named, role: string, days: number): Promise<Invited> {
  try {
    const { link } = await got(api.POST("/api/{workspace}/invitations", { params: { path: here }, body: { ...one, role, days } }));
    return { ...one, link, error: null };
  } catch (error) {
    return { ...one, link: "", error };
  }
}

/** «Name, login» on each line; a login alone names the person too. */
export function peopleOf(text: string): Named[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const [name = "", login = ""] = line.split(/[,;\t]/).map((part) => part.trim());
    return login ? { name, login } : { name, login: /^\S+$/.test(name) ? name : "" };
  });
}
