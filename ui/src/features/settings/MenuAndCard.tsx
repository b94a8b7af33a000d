/** The main menu and the customer card, arranged for a role or for everybody, beside what its people will see. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, Choice, Failure, Mark, Note, PageBody, PageHead, Panel, Refusal, roles, said, Select, useChange, useMay, useRoleNames, useSay, useWords, Waiting } from "../../kit";
import { cardOf, menuOf, type RoleCard, type RoleMenu } from "./api";
import { Arranged, type Line, moved } from "./Arranged";

const EVERYBODY = "everybody";
type Subject = "menu" | "card";

export default function MenuAndCard() {
  const t = useWords();
  const may = useMay();
  const nameOf = useRoleNames();
  const all = useQuery({ ...roles, enabled: may("users.manage") }).data ?? [];
  const [role, setRole] = useState(EVERYBODY);
  const [subject, setSubject] = useState<Subject>("menu");
  const options = [{ value: EVERYBODY, label: t("settings.console.everybody") }, ...all.map((one) => ({ value: one.name, label: nameOf(one.name) }))];
  const rights = all.find((one) => one.name === role)?.rights;
  return (
    <PageBody>
      <PageHead title={t("settings.console.title")} note={t("settings.console.note")} />
      <div className="k-row" style={{ marginBottom: 16 }}>
        <div style={{ minWidth: 240 }}><Select label={t("settings.console.whose")} isLabelHidden value={role} onChange={setRole} options={options} /></div>
        <Choice label={t("settings.console.what")} value={subject} onChange={setSubject} options={[{ value: "menu", label: t("settings.console.menu") }, { value: "card", label: t("settings.console.card") }]} />
      </div>
      {subject === "menu" ? <MenuOf key={role} role={role} rights={rights} /> : <CardOf key={role} role={role} rights={rights} />}
    </PageBody>
  );
}

function MenuOf({ role, rights }: { role: string; rights?: string[] }) {
  const { data, error, refetch } = useQuery(menuOf(role));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  return data ? <MenuEditor key={JSON.stringify(data)} held={data} role={role} rights={rights} /> : <Waiting lines={8} />;
}

interface Group {
  name: string;
  lines: Line[];
}

/** Every group with every item: as arranged, then the rest where the product puts it. */
function groupsOf(held: RoleMenu): Group[] {
  const items = new Map(held.known.flatMap((group) => group.items.map((item) => [item.name, { ...item, isHidden: held.hidden.includes(item.name) }] as const)));
  const arranged = held.groups.map((group) => ({ name: group.name, names: (group.items ?? []).map(String) }));
  const placed = new Set(arranged.flatMap((group) => group.names));
  for (const group of held.known) {
    const rest = group.items.map((item) => item.name).filter((name) => !placed.has(name));
    const there = arranged.find((one) => one.name === group.name);
    if (there) there.names.push(...rest);
    else arranged.push({ name: group.name, names: rest });
  }
  return arranged.map((group) => ({ name: group.name, lines: group.names.flatMap((name) => items.get(name) ?? []) }));
}

function MenuEditor({ held, role, rights }: { held: RoleMenu; role: string; rights?: string[] }) {
  const t = useWords();
  const [groups, setGroups] = useState(() => groupsOf(held));
  const words = new Map(held.known.map((group) => [group.name, group]));
  const body = {
    groups: groups.map((group) => ({ name: group.name, items: group.lines.filter((one) => !one.isHidden).map((one) => one.name) })),
    hidden: groups.flatMap((group) => group.lines.filter((one) => one.isHidden).map((one) => one.name)),
  };
  const path = { ...here, role };
  const title = (name: string) => said(words.get(name) ?? { en: name, ru: name });
  return (
    <Editor
      whose={held.whose} touches={[["menu"]]}
      save={() => got(api.PUT("/api/{workspace}/console/menu/{role}", { params: { path }, body }))}
      reset={() => got(api.DELETE("/api/{workspace}/console/menu/{role}", { params: { path } }))}
      preview={groups.map((group) => (
        <Seen key={group.name} title={title(group.name)} lines={group.lines} rights={rights} />
      ))}
    >
      {groups.map((group, at) => (
        <section key={group.name} aria-label={title(group.name)}>
          <div className="k-row">
            <h3 style={{ margin: 0, fontSize: 13 }}>{title(group.name)}</h3>
            <Button kind="quiet" isSmall icon="up" label={t("settings.console.up", { name: title(group.name) })} isDisabled={at === 0} onClick={() => setGroups(moved(groups, at, -1))} />
            <Button kind="quiet" isSmall icon="down" label={t("settings.console.down", { name: title(group.name) })} isDisabled={at === groups.length - 1} onClick={() => setGroups(moved(groups, at, 1))} />
          </div>
          <Arranged lines={group.lines} onChange={(lines) => setGroups(groups.map((one) => (one === group ? { ...one, lines } : one)))} />
        </section>
      ))}
    </Editor>
  );
}

function CardOf({ role, rights }: { role: string; rights?: string[] }) {
  const { data, error, refetch } = useQuery(cardOf(role));
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  return data ? <CardEditor key={JSON.stringify(data)} held={data} role={role} rights={rights} /> : <Waiting lines={8} />;
}

function blocksOf(held: RoleCard): Line[] {
  const known = new Map(held.known.map((block) => [block.name, block]));
  const names = [...new Set([...held.blocks, ...held.known.map((block) => block.name)])];
  return names.flatMap((name) => {
    const block = known.get(name);
    return block ? [{ ...block, isHidden: held.hidden.includes(name) }] : [];
  });
}

function CardEditor({ held, role, rights }: { held: RoleCard; role: string; rights?: string[] }) {
  const t = useWords();
  const [lines, setLines] = useState(() => blocksOf(held));
  const path = { ...here, role };
  const body = { blocks: lines.filter((one) => !one.isHidden).map((one) => one.name), hidden: lines.filter((one) => one.isHidden).map((one) => one.name) };
  return (
    <Editor
      whose={held.whose} touches={[["card"]]}
      save={() => got(api.PUT("/api/{workspace}/console/card/{role}", { params: { path }, body }))}
      reset={() => got(api.DELETE("/api/{workspace}/console/card/{role}", { params: { path } }))}
      preview={<Seen title={t("settings.console.card")} lines={lines} rights={rights} />}
    >
      <Arranged lines={lines} onChange={setLines} />
    </Editor>
  );
}

interface EditorProps {
  whose: RoleMenu["whose"];
  touches: string[][];
  save: () => Promise<unknown>;
  reset: () => Promise<unknown>;
  preview: React.ReactNode;
  children: React.ReactNode;
}

function Editor({ whose, touches, save, reset, preview, children }: EditorProps) {
  const t = useWords();
  const say = useSay();
  const saving = useChange(save, { touches, onDone: () => say(t("settings.saved")) });
  const resetting = useChange(reset, { touches, onDone: () => say(t("settings.console.reset_done")) });
  return (
    <div className="k-grid-2">
      <Panel title={t("settings.console.order")} extra={<Mark tone={whose === "declared" ? "plain" : "accent"}>{t(`settings.console.from.${whose}`)}</Mark>}>
        <div className="k-stack">
          {children}
          <Refusal error={saving.error ?? resetting.error} />
          <div className="k-row">
            <Button kind="main" isBusy={saving.isPending} onClick={() => saving.mutate(undefined)}>{t("settings.save")}</Button>
            <Button isBusy={resetting.isPending} isDisabled={whose === "declared"} onClick={() => resetting.mutate(undefined)}>{t("settings.console.reset")}</Button>
          </div>
        </div>
      </Panel>
      <Panel title={t("settings.console.preview")}>
        <Note>{t("settings.console.preview_text")}</Note>
        {preview}
      </Panel>
    </div>
  );
}

/** What is neither hidden nor shut to the role. */
function Seen({ title, lines, rights }: { title: string; lines: Line[]; rights?: string[] }) {
  const open = lines.filter((one) => !one.isHidden && (one.right === null || !rights || rights.includes(one.right)));
  if (!open.length) return null;
  return (
    <div style={{ marginTop: 12 }}>
      <b>{title}</b>
      <ul>{open.map((one) => <li key={one.name} className="k-soft">{said(one)}</li>)}</ul>
    </div>
  );
}
