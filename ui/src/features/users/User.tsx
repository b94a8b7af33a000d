/** One user: role, state, the rows they see, second factor, sessions, and what they did. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import type { Row } from "../../api/queries";
import { ActionDialog, Button, Facts, Failure, Go, Mark, PageBody, PageHead, Panel, Time, type ActionProps, useChange, useMay, useRoleNames, useSay, useSection, useWords, Waiting } from "../../kit";
import { lockouts, rowsOfUser, sessions, user, type User as Shown } from "./api";
import Change from "./Change";
import Password from "./Password";
import { RowLimit } from "./RowLimit";
import { SessionTable } from "./SessionTable";
import "./users.css";

type Doing = "change" | "password" | "factor" | "";

export default function User() {
  const { user: id = "" } = useParams({ strict: false }) as { user?: string };
  const t = useWords();
  const { data, error, refetch } = useQuery(user(id));
  if (data) return <Page key={id} one={data} />;
  return (
    <PageBody>
      <PageHead title={t("users.one")} back={{ to: "/users", title: t("users.all") }} />
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting lines={8} />}
    </PageBody>
  );
}

function Page({ one }: { one: Shown }) {
  const t = useWords();
  const nameOf = useRoleNames();
  const [doing, setDoing] = useState<Doing>("");
  const rows = useQuery(rowsOfUser(one.id));
  return (
    <PageBody>
      <PageHead
        title={one.name || one.login} note={one.name ? one.login : undefined} back={{ to: "/users", title: t("users.all") }}
        mark={<Mark tone={one.state === "active" ? "good" : "plain"}>{t(`users.states.${one.state}`)}</Mark>}
        actions={
          <>
            <Button onClick={() => setDoing("password")}>{t("users.password.button")}</Button>
            <Button kind="main" icon="edit" onClick={() => setDoing("change")}>{t("users.change.button")}</Button>
          </>
        }
      />
      <div className="k-grid-2">
        <Panel>
          <Facts
            items={[
              { name: t("users.role"), value: <Go to="/roles" search={{ role: one.role }}>{nameOf(one.role)}</Go> },
              { name: t("users.signed_in"), value: <Time at={one.signed_in_at} /> },
              { name: t("users.made"), value: <Time at={one.created_at} /> },
              {
                name: t("users.factor.title"),
                value: one.has_second_factor ? (
                  <span className="k-row">
                    <Mark tone="good">{t("users.factor.on")}</Mark>
                    <Button isSmall onClick={() => setDoing("factor")}>{t("users.factor.reset")}</Button>
                  </span>
                ) : t("users.factor.off"),
              },
            ]}
          />
          <Lockout login={one.login} />
        </Panel>
        <RowLimit
          asked={rows} touches={[["user", one.id], ["rows", "users"]]} whose={t("users.rows.of_user")} barred={one.role === "owner" ? t("users.rows.owner") : undefined}
          save={(limit) => got(api.PUT("/api/{workspace}/users/{user}/rows", { params: { path: { ...here, user: one.id } }, body: { limit } }))}
        />
      </div>
      <div className="k-gap"><Sessions id={one.id} /></div>
      <Deeds login={one.login} />
      {doing && <Dialogs one={one} doing={doing} onDone={() => setDoing("")} />}
    </PageBody>
  );
}

/** Their login waits after failed sign-ins. */
function Lockout({ login }: { login: string }) {
  const t = useWords();
  const say = useSay();
  const { data } = useQuery(lockouts);
  const waiting = data?.find((one) => one.kind === "login" && one.subject === login);
  const lift = useChange(
    () => got(api.POST("/api/{workspace}/lockouts/lift", { params: { path: here }, body: { kind: "login", subject: login } })),
    { touches: [["lockouts"]], onDone: () => say(t("users.lockout.done")) },
  );
  if (!waiting) return null;
  return (
    <div className="k-note k-note-warn">
      <div>
        {t("users.lockout.text", { count: waiting.failures })} <Time at={waiting.blocked_until} />{" "}
        <Button isSmall isBusy={lift.isPending} onClick={() => lift.mutate(undefined)}>{t("users.lockout.lift")}</Button>
      </div>
    </div>
  );
}

function Sessions({ id }: { id: string }) {
  const t = useWords();
  const say = useSay();
  const { data, error, refetch } = useQuery(sessions(id));
  const path = { ...here, user: id };
  const options = { touches: [["user", id, "sessions"]], onDone: () => say(t("users.sessions.ended")) };
  const end = useChange((session: string) => got(api.DELETE("/api/{workspace}/users/{user}/sessions/{session}", { params: { path: { ...path, session } } })), options);
  const endAll = useChange(() => got(api.DELETE("/api/{workspace}/users/{user}/sessions", { params: { path } })), options);
  return (
    <Panel
      title={t("users.sessions.title")}
      extra={data && data.length > 0 && <Button isSmall isBusy={endAll.isPending} onClick={() => endAll.mutate(undefined)}>{t("users.sessions.end_all")}</Button>}
    >
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={2} /> : <SessionTable items={data} onEnd={(session) => end.mutate(session)} />}
    </Panel>
  );
}

function Deeds({ login }: { login: string }) {
  const t = useWords();
  const may = useMay();
  const navigate = useNavigate();
  const isThere = useSection("audit") !== undefined;
  if (!isThere || !may("audit.read")) return null;
  return <Button icon="forward" onClick={() => void navigate({ to: "/audit", search: { f: { actor: login } } } as unknown as { to: "/" })}>{t("users.deeds")}</Button>;
}

function Dialogs({ one, doing, onDone }: { one: Shown; doing: Doing; onDone: () => void }) {
  const section = useSection("users");
  const refresh = useChange(async () => undefined, { touches: [["user", one.id], ["rows", "users"]] });
  if (!section) return null;
  const row: Row = { key: one.id, values: { login: one.login, role: one.role, state: one.state } };
  const done = (isChanged: boolean) => {
    if (isChanged) refresh.mutate(undefined);
    onDone();
  };
  const Dialog = { change: Change, password: Password, factor: ResetFactor, "": ResetFactor }[doing];
  return <Dialog section={section} rows={[row]} onDone={done} />;
}

function ResetFactor(props: ActionProps) {
  const t = useWords();
  const [row] = props.rows;
  const path = { ...here, user: row?.key ?? "" };
  return (
    <ActionDialog
      {...props} title={t("users.factor.reset_title")} confirm={t("users.factor.reset")} isDangerous done={t("users.factor.done")}
      change={() => got(api.DELETE("/api/{workspace}/users/{user}/second-factor", { params: { path } }))}
    >
      <p>{t("users.factor.reset_text")}</p>
    </ActionDialog>
  );
}
