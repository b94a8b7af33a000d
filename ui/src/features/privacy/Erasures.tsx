/** Requests about personal data: find the person, see what will go, erase them, watch it done. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, CopyText, Dialog, Empty, Facts, Failure, Go, Mark, Money, Note, Num, PageBody, PageHead, Panel, Table, TextField, Time, useChange, useFormat, useMay, useSay, useWords, Waiting } from "../../kit";
import { erasures, people, person, type Profile } from "./api";

const NUMBER = 8;

export default function Erasures() {
  const t = useWords();
  const may = useMay();
  const [chosen, choose] = useState("");
  return (
    <PageBody>
      <PageHead title={t("privacy.erasures.title")} note={t("privacy.erasures.note")} />
      {may("profiles.read") ? <Finding onChoose={choose} /> : <Note tone="warn">{t("privacy.erasures.blind")}</Note>}
      <Done />
      {chosen && <Erasing id={chosen} onDone={() => choose("")} />}
    </PageBody>
  );
}

function Finding({ onChoose }: { onChoose: (profile: string) => void }) {
  const t = useWords();
  const [written, write] = useState("");
  const [asked, ask] = useState("");
  const { data, error, isFetching } = useQuery(people(asked));
  return (
    <Panel title={t("privacy.find.title")}>
      <div className="k-stack">
        <form
          className="k-row k-bottom"
          onSubmit={(event) => {
            event.preventDefault();
            ask(written.trim());
          }}
        >
          <div className="k-wide"><TextField kind="search" label={t("privacy.find.who")} value={written} onChange={write} placeholder={t("privacy.find.hint")} /></div>
          <Button kind="main" isSubmit isBusy={isFetching} isDisabled={written.trim().length < 2}>{t("privacy.find.button")}</Button>
        </form>
        {error && !data ? <Failure error={error} /> : data && (
          <Table
            label={t("privacy.find.found")} items={data} keyOf={(one) => one.id} empty={t("privacy.find.nobody")}
            columns={[
              { key: "name", title: t("privacy.find.person"), show: (one) => <Go to={`/profiles/${one.id}`}>{one.name || `…${one.id.slice(-NUMBER)}`}</Go> },
              { key: "ids", title: t("privacy.find.ids"), show: (one) => one.identifiers.map((id) => String(id[1])).join(", ") || "—" },
              { key: "act", title: t("privacy.find.act"), width: 140, show: (one) => <Button isSmall isDangerous onClick={() => onChoose(one.id)}>{t("privacy.erase.begin")}</Button> },
            ]}
          />
        )}
      </div>
    </Panel>
  );
}

function Erasing({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useWords();
  const say = useSay();
  const { data, error } = useQuery(person(id));
  const [reason, write] = useState("");
  const number = id.slice(-NUMBER);
  const erase = useChange(
    () => got(api.POST("/api/{workspace}/profiles/{profile}/erase", { params: { path: { ...here, profile: id }, query: { wait: 5 } }, body: { reason: reason.trim() } })),
    {
      touches: [["erasures"], ["search"], ["rows"]],
      onDone: () => {
        say(t("privacy.erase.begun"));
        onDone();
      },
    },
  );
  return (
    <Dialog
      title={t("privacy.erase.title")} confirm={t("privacy.erase.confirm")} isDangerous isWide typed={number} error={erase.error}
      isBusy={erase.isPending} isDisabled={!data || !reason.trim()} onConfirm={() => erase.mutate(undefined)} onClose={onDone}
    >
      {error && !data ? <Failure error={error} /> : !data ? <Waiting /> : <WhatGoes one={data} />}
      <Note tone="bad" title={t("privacy.erase.forever")}>{t("privacy.erase.text")}</Note>
      <TextField label={t("privacy.erase.reason")} hint={t("privacy.erase.reason_hint")} isRequired value={reason} onChange={write} most={500} />
    </Dialog>
  );
}

/** What is known of the person at this moment, all of which goes. */
function WhatGoes({ one }: { one: Profile }) {
  const t = useWords();
  return (
    <Facts
      items={[
        { name: t("privacy.goes.number"), value: <CopyText text={one.id.slice(-NUMBER)} label={t("privacy.goes.number")} /> },
        { name: t("privacy.goes.ids"), value: one.identifiers.map((id) => id.value).join(", ") || null },
        { name: t("privacy.goes.attributes"), value: <Num value={Object.keys(one.attributes).length} /> },
        { name: t("privacy.goes.events"), value: <Num value={one.basics.events} /> },
        { name: t("privacy.goes.orders"), value: one.orders.length ? one.orders.map((sum) => <div key={sum.currency}><Num value={sum.orders} />, <Money amount={sum.gross} currency={sum.currency} /></div>) : null },
        { name: t("privacy.goes.consents"), value: <Num value={one.consents.length} /> },
      ]}
    />
  );
}

function Done() {
  const t = useWords();
  const format = useFormat();
  const list = useInfiniteQuery(erasures);
  if (list.error && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Waiting />;
  const items = list.data.pages.flatMap((page) => page.items);
  return (
    <Panel title={t("privacy.done.title")}>
      {items.length === 0 ? <Empty title={t("privacy.done.none")}>{t("privacy.done.none_text")}</Empty> : (
        <Table
          label={t("privacy.done.title")} items={items} keyOf={(one) => `${one.at} ${one.profile}`}
          columns={[
            { key: "at", title: t("privacy.done.at"), width: 160, show: (one) => <Time at={one.at} /> },
            { key: "who", title: t("privacy.goes.number"), width: 120, show: (one) => `…${one.profile.slice(-NUMBER)}` },
            { key: "state", title: t("privacy.done.state"), width: 180, show: (one) => <Mark tone={one.state === "done" ? "good" : "accent"}>{t(`privacy.done.states.${one.state}`)}</Mark> },
            { key: "removed", title: t("privacy.done.removed"), show: (one) => Object.entries(one.removed).filter(([, count]) => count > 0).map(([kind, count]) => `${kind.replaceAll("_", " ")}: ${format.number(count)}`).join(", ") || "—" },
          ]}
        />
      )}
      {list.hasNextPage && <Button isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t("kit.list.more")}</Button>}
    </Panel>
  );
}
