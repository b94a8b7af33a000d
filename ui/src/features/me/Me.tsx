/** One's own account: password, second factor, sessions, how the console speaks and tells times. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { language, speak } from "../../app/place";
import { Button, Choice, Facts, Failure, Mark, Note, PageBody, PageHead, Panel, Refusal, Table, TextField, Time, useChange, useFormat, useMe, useSay, useWords, Waiting } from "../../kit";
import { ownSessions } from "./api";
import { SecondFactor } from "./SecondFactor";

const PASSWORD_LEAST = 10;

export default function Me() {
  const t = useWords();
  const me = useMe();
  return (
    <PageBody isNarrow>
      <PageHead title={t("me.title")} note={me.login} />
      <Password />
      <SecondFactor />
      <Sessions />
      <Looks />
    </PageBody>
  );
}

function Password() {
  const t = useWords();
  const say = useSay();
  const [present, writePresent] = useState("");
  const [password, write] = useState("");
  const [again, writeAgain] = useState("");
  const change = useChange(() => got(api.POST("/api/{workspace}/me/password", { params: { path: here }, body: { present, password } })), {
    touches: [["me", "sessions"]],
    onDone: () => {
      say(t("me.password.done"));
      for (const clear of [writePresent, write, writeAgain]) clear("");
    },
  });
  const isReady = present !== "" && password.length >= PASSWORD_LEAST && password === again;
  return (
    <Panel title={t("me.password.title")}>
      <form
        className="k-stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) change.mutate(undefined);
        }}
      >
        <TextField kind="password" label={t("me.password.present")} value={present} onChange={writePresent} />
        <TextField kind="password" label={t("me.password.fresh")} hint={t("me.password.hint")} value={password} onChange={write} />
        <TextField kind="password" label={t("me.password.again")} value={again} onChange={writeAgain} error={again && again !== password ? t("me.password.differ") : undefined} />
        <Refusal error={change.error} />
        <div className="k-row">
          <Button kind="main" isSubmit isBusy={change.isPending} isDisabled={!isReady}>{t("me.password.save")}</Button>
          <span className="k-hint">{t("me.password.others")}</span>
        </div>
      </form>
    </Panel>
  );
}

function Sessions() {
  const t = useWords();
  const say = useSay();
  const { data, error, refetch } = useQuery(ownSessions);
  const options = { touches: [["me", "sessions"]], onDone: () => say(t("me.sessions.done")) };
  const end = useChange((session: string) => got(api.DELETE("/api/{workspace}/me/sessions/{session}", { params: { path: { ...here, session } } })), options);
  const others = useChange(() => got(api.POST("/api/{workspace}/me/sessions/end-others", { params: { path: here } })), options);
  return (
    <Panel
      title={t("me.sessions.title")}
      extra={data && data.length > 1 && <Button isSmall isBusy={others.isPending} onClick={() => others.mutate(undefined)}>{t("me.sessions.end_others")}</Button>}
    >
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={2} /> : (
        <Table
          label={t("me.sessions.title")} items={data} keyOf={(one) => one.id} empty={t("me.sessions.none")}
          columns={[
            { key: "where", title: t("me.sessions.where"), show: (one) => <>{[one.browser, one.os].filter(Boolean).join(", ") || t("me.sessions.unknown")} {one.is_current && <Mark tone="good">{t("me.sessions.this")}</Mark>}</> },
            { key: "ip", title: t("me.sessions.address"), show: (one) => [one.ip, one.country].filter(Boolean).join(" · ") },
            { key: "since", title: t("me.sessions.since"), show: (one) => <Time at={one.created_at} /> },
            { key: "seen", title: t("me.sessions.seen"), show: (one) => <Time at={one.seen_at} isAgo /> },
            { key: "end", title: t("me.sessions.act"), show: (one) => !one.is_current && <Button isSmall onClick={() => end.mutate(one.id)}>{t("me.sessions.end")}</Button> },
          ]}
        />
      )}
    </Panel>
  );
}

function Looks() {
  const t = useWords();
  const me = useMe();
  const format = useFormat();
  const [now] = useState(() => Date.now());
  return (
    <Panel title={t("me.looks.title")}>
      <Facts
        items={[
          { name: t("me.looks.language"), value: <Choice label={t("me.looks.language")} value={language} onChange={speak} options={[{ value: "ru", label: "Русский" }, { value: "en", label: "English" }]} /> },
          { name: t("me.looks.zone"), value: <>{me.timezone} <span className="k-hint">{t("me.looks.example", { time: format.time(now) })}</span></> },
        ]}
      />
      <Note>{t("me.looks.zone_text")}</Note>
    </Panel>
  );
}
