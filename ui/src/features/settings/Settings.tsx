/** The project: its name, zone, currency of orders, and who counts as staff. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, Failure, PageBody, PageHead, Panel, Refusal, Select, TextField, useChange, useMay, useSay, useWords, Waiting } from "../../kit";
import { currency, settings, type Settings as Held } from "./api";

const TOUCHES = [["settings"], ["me"], ["rows", "audit"]];

export default function Settings() {
  const t = useWords();
  const may = useMay();
  const { data, error, refetch } = useQuery(settings);
  return (
    <PageBody isNarrow>
      <PageHead title={t("settings.title")} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={8} /> : (
        <>
          <Project held={data} />
          {may("orders.read") && <Currency />}
          <Staff held={data} />
        </>
      )}
    </PageBody>
  );
}

function Project({ held }: { held: Held }) {
  const t = useWords();
  const say = useSay();
  const [name, write] = useState(held.name);
  const [timezone, setZone] = useState(held.timezone);
  const save = useChange(() => got(api.PATCH("/api/{workspace}/settings", { params: { path: here }, body: { name: name.trim(), timezone } })), {
    touches: TOUCHES,
    onDone: () => say(t("settings.saved")),
  });
  const zones = [...new Set([held.timezone, "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <Panel title={t("settings.project")}>
      <div className="k-stack">
        <TextField label={t("settings.name")} isRequired value={name} onChange={write} most={200} />
        <Select label={t("settings.zone")} hint={t("settings.zone_hint")} value={timezone} onChange={setZone} options={zones.map((one) => ({ value: one, label: one }))} />
        <Refusal error={save.error} />
        <div><Button kind="main" isBusy={save.isPending} isDisabled={!name.trim() || (name === held.name && timezone === held.timezone)} onClick={() => save.mutate(undefined)}>{t("settings.save")}</Button></div>
      </div>
    </Panel>
  );
}

function Currency() {
  const t = useWords();
  const say = useSay();
  const { data, error, refetch } = useQuery(currency);
  const [chosen, choose] = useState("");
  const save = useChange(() => got(api.PUT("/api/{workspace}/orders/currency", { params: { path: here }, body: { currency: chosen } })), {
    touches: [["order-currency"]],
    onDone: () => say(t("settings.saved")),
  });
  const codes = [...new Set(["RUB", "KZT", "BYN", "USD", "EUR", ...Intl.supportedValuesOf("currency")])];
  return (
    <Panel title={t("settings.currency")}>
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={2} /> : (
        <div className="k-stack">
          <Select label={t("settings.currency_label")} hint={t("settings.currency_hint")} value={chosen || data.currency} onChange={choose} options={codes.map((one) => ({ value: one, label: one }))} />
          <Refusal error={save.error} />
          <div><Button kind="main" isBusy={save.isPending} isDisabled={!chosen || chosen === data.currency} onClick={() => save.mutate(undefined)}>{t("settings.save")}</Button></div>
        </div>
      )}
    </Panel>
  );
}

/** One address or identifier on a line. */
function Staff({ held }: { held: Held }) {
  const t = useWords();
  const say = useSay();
  const before = { ips: held.staff_ips.join("\n"), ids: held.staff_identifiers.map((one) => `${one.kind}: ${one.value}`).join("\n") };
  const [ips, writeIps] = useState(before.ips);
  const [ids, writeIds] = useState(before.ids);
  const body = { staff_ips: linesOf(ips), staff_identifiers: linesOf(ids).map(identifierOf) };
  const wrong = body.staff_identifiers.find((one) => !one.kind || !one.value);
  const save = useChange(() => got(api.PATCH("/api/{workspace}/settings", { params: { path: here }, body })), { touches: TOUCHES, onDone: () => say(t("settings.saved")) });
  return (
    <Panel title={t("settings.staff")}>
      <div className="k-stack">
        <p className="k-soft">{t("settings.staff_text")}</p>
        <TextField label={t("settings.staff_ips")} hint={t("settings.staff_ips_hint")} rows={3} value={ips} onChange={writeIps} />
        <TextField label={t("settings.staff_ids")} hint={t("settings.staff_ids_hint")} rows={3} value={ids} onChange={writeIds} error={wrong ? t("settings.staff_wrong") : undefined} />
        <Refusal error={save.error} />
        <div><Button kind="main" isBusy={save.isPending} isDisabled={wrong !== undefined || (ips === before.ips && ids === before.ids)} onClick={() => save.mutate(undefined)}>{t("settings.save")}</Button></div>
      </div>
    </Panel>
  );
}

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

function identifierOf(line: string): { kind: string; value: string } {
  const [kind = "", ...rest] = line.split(":");
  return { kind: kind.trim(), value: rest.join(":").trim() };
}
