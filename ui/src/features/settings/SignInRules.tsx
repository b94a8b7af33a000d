/** Who needs a second factor, how long sessions last, who else vouches for users. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api, got, here } from "../../api/client";
import { Button, Dialog, Failure, Note, NumberField, PageBody, PageHead, Panel, Refusal, roles, SelectMany, Switch, TextField, useChange, useMay, useRoleNames, useSay, useWords, Waiting } from "../../kit";
import { provider, type Provider, rules, type Rules } from "./api";

export default function SignInRules() {
  const t = useWords();
  const { data, error, refetch } = useQuery(rules);
  return (
    <PageBody isNarrow>
      <PageHead title={t("settings.rules.title")} />
      {error && !data ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Waiting lines={8} /> : <Asked held={data} />}
      <div style={{ marginTop: 16 }}><Vouching /></div>
    </PageBody>
  );
}

function Asked({ held }: { held: Rules }) {
  const t = useWords();
  const say = useSay();
  const may = useMay();
  const nameOf = useRoleNames();
  const all = useQuery({ ...roles, enabled: may("users.manage") }).data ?? [];
  const [wanted, want] = useState(held);
  const save = useChange(() => got(api.PUT("/api/{workspace}/sign-in-rules", { params: { path: here }, body: wanted })), {
    touches: [["sign-in-rules"], ["me", "factor"]],
    onDone: () => say(t("settings.saved")),
  });
  const names = [...new Set([...all.map((one) => one.name), ...held.second_factor_roles])];
  const asksMore = (wanted.is_second_factor_required && !held.is_second_factor_required) || wanted.second_factor_roles.some((one) => !held.second_factor_roles.includes(one));
  return (
    <Panel title={t("settings.rules.asked")}>
      <div className="k-stack">
        <Switch label={t("settings.rules.everybody")} hint={t("settings.rules.everybody_hint")} value={wanted.is_second_factor_required} onChange={(is) => want({ ...wanted, is_second_factor_required: is })} />
        {!wanted.is_second_factor_required && (
          <SelectMany label={t("settings.rules.roles")} values={wanted.second_factor_roles} options={names.map((one) => ({ value: one, label: nameOf(one) }))} onChange={(some) => want({ ...wanted, second_factor_roles: some })} />
        )}
        {asksMore && <Note tone="warn">{t("settings.rules.signed_out")}</Note>}
        <NumberField label={t("settings.rules.idle")} hint={t("settings.rules.idle_hint")} value={wanted.idle_minutes} least={5} most={43_200} onChange={(value) => value !== null && want({ ...wanted, idle_minutes: value })} />
        <NumberField label={t("settings.rules.life")} hint={t("settings.rules.life_hint")} value={wanted.life_hours} least={1} most={720} onChange={(value) => value !== null && want({ ...wanted, life_hours: value })} />
        <Refusal error={save.error} />
        <div><Button kind="main" isBusy={save.isPending} isDisabled={JSON.stringify(wanted) === JSON.stringify(held)} onClick={() => save.mutate(undefined)}>{t("settings.save")}</Button></div>
      </div>
    </Panel>
  );
}

function Vouching() {
  const t = useWords();
  const { data, error, refetch } = useQuery(provider);
  return (
    <Panel title={t("settings.provider.title")}>
      {error && data === undefined ? <Failure error={error} onRetry={() => void refetch()} /> : data === undefined ? <Waiting lines={3} /> : <ProviderForm key={data?.issuer ?? ""} held={data} />}
    </Panel>
  );
}

const NONE: Provider = { issuer: "", client_id: "", login_claim: "email", domains: [] };

function ProviderForm({ held }: { held: Provider | null }) {
  const t = useWords();
  const say = useSay();
  const [wanted, want] = useState(held ?? NONE);
  const [secret, write] = useState("");
  const [isRemoving, setRemoving] = useState(false);
  const touches = [["identity-provider"]];
  const save = useChange(() => got(api.PUT("/api/{workspace}/identity-provider", { params: { path: here }, body: { ...wanted, ...(secret && { client_secret: secret }) } })), {
    touches,
    onDone: () => {
      write("");
      say(t("settings.saved"));
    },
  });
  const remove = useChange(() => got(api.DELETE("/api/{workspace}/identity-provider", { params: { path: here } })), { touches, onDone: () => setRemoving(false) });
  const isReady = wanted.issuer.trim() !== "" && wanted.client_id.trim() !== "" && (held !== null || secret !== "");
  return (
    <div className="k-stack">
      <p className="k-soft">{t("settings.provider.text")}</p>
      <TextField label={t("settings.provider.issuer")} hint={t("settings.provider.issuer_hint")} value={wanted.issuer} onChange={(issuer) => want({ ...wanted, issuer })} />
      <TextField label={t("settings.provider.client")} value={wanted.client_id} onChange={(client_id) => want({ ...wanted, client_id })} />
      <TextField kind="password" label={t("settings.provider.secret")} hint={held ? t("settings.provider.kept") : undefined} value={secret} onChange={write} />
      <TextField label={t("settings.provider.claim")} value={wanted.login_claim} onChange={(login_claim) => want({ ...wanted, login_claim })} />
      <SelectMany label={t("settings.provider.domains")} hint={t("settings.provider.domains_hint")} values={wanted.domains} onChange={(domains) => want({ ...wanted, domains })} />
      <Refusal error={save.error} />
      <div className="k-row">
        <Button kind="main" isBusy={save.isPending} isDisabled={!isReady} onClick={() => save.mutate(undefined)}>{t("settings.save")}</Button>
        {held && <Button isDangerous onClick={() => setRemoving(true)}>{t("settings.provider.remove")}</Button>}
      </div>
      {isRemoving && (
        <Dialog title={t("settings.provider.remove")} confirm={t("settings.provider.remove")} isDangerous onConfirm={() => remove.mutate(undefined)} onClose={() => setRemoving(false)} isBusy={remove.isPending} error={remove.error}>
          <p>{t("settings.provider.remove_text")}</p>
        </Dialog>
      )}
    </div>
  );
}
