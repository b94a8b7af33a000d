/** Roles: those that every project has and its own; what each may do, and what its people see. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Right } from "../../api/queries";
import { Button, Dialog, Failure, Mark, Note, PageBody, PageHead, Panel, roles, TextField, useChange, useMay, useMe, useRoleNames, useSay, useWords, Waiting } from "../../kit";
import { type Role } from "./api";
import { RightsTable } from "./RightsTable";
import { Seen } from "./Seen";
import "./users.css";

export default function Roles() {
  const t = useWords();
  const [isMaking, setMaking] = useState(false);
  const { data, error, refetch } = useQuery(roles);
  return (
    <PageBody>
      <PageHead title={t("users.roles.title")} note={t("users.roles.note")} actions={<Button kind="main" icon="add" onClick={() => setMaking(true)}>{t("users.roles.new")}</Button>} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={10} /> : <Both all={data} />}
      {isMaking && data && <Making all={data} onDone={() => setMaking(false)} />}
    </PageBody>
  );
}

function Both({ all }: { all: Role[] }) {
  const t = useWords();
  const nameOf = useRoleNames();
  const me = useMe();
  const navigate = useNavigate();
  const { role } = useSearch({ strict: false }) as { role?: string };
  const chosen = all.find((one) => one.name === role) ?? all.find((one) => one.name === me.role) ?? all[0];
  const choose = (name: string) => void navigate({ to: ".", search: { role: name }, replace: true } as unknown as { to: "." });
  return (
    <div className="k-two">
      <ul className="k-side" aria-label={t("users.roles.title")}>
        {all.map((one) => (
          <li key={one.name}>
            <button type="button" aria-current={one.name === chosen?.name} onClick={() => choose(one.name)}>
              <span>{nameOf(one.name)} {!one.is_fixed && <Mark tone="accent">{t("users.roles.own")}</Mark>}</span>
              <span className="k-hint">{t("users.roles.users", { count: one.users })}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen && <Shown key={chosen.name} role={chosen} />}
    </div>
  );
}

function Shown({ role }: { role: Role }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const nameOf = useRoleNames();
  const [title, write] = useState(role.title);
  const [chosen, setChosen] = useState<Right[]>(role.rights);
  const [isRemoving, setRemoving] = useState(false);
  const path = { ...here, role: role.name };
  const save = useChange(() => got(api.PATCH("/api/{workspace}/roles/{role}", { params: { path }, body: { title: title.trim(), rights: chosen } })), {
    touches: [["roles"]],
    onDone: () => say(t("users.roles.saved")),
  });
  const isChanged = title !== role.title || [...chosen].toSorted().join() !== [...role.rights].toSorted().join();
  // Nobody changes a role that holds more than they do.
  const isMine = !role.is_fixed && role.rights.every(may);
  return (
    <div>
      <Panel
        title={nameOf(role.name)}
        extra={isMine && (
          <div className="k-row">
            <Button isDangerous onClick={() => setRemoving(true)}>{t("users.roles.remove")}</Button>
            <Button kind="main" isBusy={save.isPending} isDisabled={!isChanged || !title.trim() || chosen.length === 0} onClick={() => save.mutate(undefined)}>{t("users.roles.save")}</Button>
          </div>
        )}
      >
        <div className="k-stack">
          {role.is_fixed && <Note>{t("users.roles.fixed")}</Note>}
          {!role.is_fixed && !isMine && <Note tone="warn">{t("users.roles.beyond")}</Note>}
          {isMine && role.users > 0 && isChanged && <Note tone="warn">{t("users.roles.signed_out", { count: role.users })}</Note>}
          {save.error && <Failure error={save.error} />}
          {isMine && <TextField label={t("users.roles.name")} isRequired value={title} onChange={write} most={100} />}
          <RightsTable chosen={chosen} onChange={isMine ? setChosen : undefined} />
        </div>
      </Panel>
      {may("settings.manage") && <Seen role={role.name} rights={chosen} />}
      {isRemoving && <Removing role={role} onDone={() => setRemoving(false)} />}
    </div>
  );
}

function Removing({ role, onDone }: { role: Role; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const nameOf = useRoleNames();
  const remove = useChange(() => got(api.DELETE("/api/{workspace}/roles/{role}", { params: { path: { ...here, role: role.name } } })), {
    touches: [["roles"]],
    onDone: () => {
      say(t("users.roles.removed"));
      onDone();
    },
  });
  return (
    <Dialog title={t("users.roles.remove_title", { name: nameOf(role.name) })} confirm={t("users.roles.remove")} isDangerous onConfirm={() => remove.mutate(undefined)} onClose={onDone} isBusy={remove.isPending} error={remove.error}>
      <p>{t("users.roles.remove_text")}</p>
    </Dialog>
  );
}

/** A role of the project's own, to begin with the rights of another one. */
function Making({ all, onDone }: { all: Role[]; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const navigate = useNavigate();
  const [title, write] = useState("");
  const [name, writeName] = useState("");
  const [chosen, setChosen] = useState<Right[]>((all.find((one) => one.name === "read_only")?.rights ?? []).filter(may));
  const make = useChange(() => got(api.POST("/api/{workspace}/roles", { params: { path: here }, body: { name, title: title.trim(), rights: chosen } })), {
    touches: [["roles"]],
    onDone: (made) => {
      say(t("users.roles.made"));
      onDone();
      void navigate({ to: ".", search: { role: made.name } } as unknown as { to: "." });
    },
  });
  const isNamed = /^[a-z][a-z0-9_]{1,39}$/.test(name);
  return (
    <Dialog
      title={t("users.roles.new")} confirm={t("users.roles.make")} onConfirm={() => make.mutate(undefined)} onClose={onDone} isWide
      isBusy={make.isPending} isDisabled={!title.trim() || !isNamed || chosen.length === 0} error={make.error}
    >
      <div className="k-grid-2 k-grid-small">
        <TextField label={t("users.roles.name")} isRequired isFocused value={title} onChange={write} most={100} />
        <TextField label={t("users.roles.key")} hint={t("users.roles.key_hint")} isRequired value={name} onChange={writeName} most={40} error={name && !isNamed ? t("users.roles.key_wrong") : undefined} />
      </div>
      <RightsTable chosen={chosen} onChange={setChosen} />
    </Dialog>
  );
}
